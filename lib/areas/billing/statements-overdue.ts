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
 * Alarms when a statement is still not there on day 12, or a reopened quarter waits for its next one for two weeks. The daily run says so itself: a run that does nothing, and does not fail, would
 * raise neither of the alarms that every schedule has.
 */
export class StatementsOverdue extends LoggedMetric {
  constructor(scope: Construct, id: string, { stage, identities, alarms }: StatementsOverdueProps) {
    super(scope, id, { stage, name: 'StatementsOverdue', identities, period: Duration.days(1) });
    alarms.raise(this, 'Alarm', {
      name: 'statement-overdue',
      metric: this.metric,
      impact:
        'The statement of the last quarter should have been made on day 11, or that of a reopened quarter within two weeks, and is not there: finance cannot bill.',
      anchor: 'statement-overdue',
    });
  }
}
