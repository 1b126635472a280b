import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionIdentity } from '../../functions/function-identity.ts';
import type { Alarms } from '../../monitoring/alarms.ts';
import { LoggedMetric } from '../../monitoring/logged-metric.ts';

export interface StatementsOverdueProps {
  readonly stage: string;
  readonly identities: readonly FunctionIdentity[];
  readonly alarms: Alarms;
}

/**
 * Alarms when a statement does not exist on day 12, or a reopened quarter has waited for its next one for two weeks. The daily run counts
 * it: a run that does nothing, and does not fail, would raise neither of the alarms that every schedule has.
 */
export class StatementsOverdue extends LoggedMetric {
  constructor(scope: Construct, id: string, { stage, identities, alarms }: StatementsOverdueProps) {
    super(scope, id, { stage, name: 'StatementsOverdue', identities, period: Duration.days(1) });
    alarms.raise(this, 'Alarm', {
      name: 'statement-overdue',
      metric: this.metric,
      impact:
        'The statement of the last quarter should exist since day 11, or that of a reopened quarter within two weeks, and does not: finance cannot bill.',
      anchor: 'statement-overdue',
    });
  }
}
