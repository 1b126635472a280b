import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionIdentity } from '../functions/function-identity.ts';
import type { Alarms } from './alarms.ts';

export interface ForgedKeysProps {
  readonly stage: string;
  readonly identities: readonly FunctionIdentity[];
  readonly alarms: Alarms;
}

/**
 * Counts forged keys over all operations of a stage. The functions count them by caller (metric ForgedKeys in the namespace
 * LicenseServer, for the dashboard), but an alarm cannot search for callers, and that metric does not tell stages apart; so filters on
 * the log add up the same lines once more. Filters cost nothing.
 */
export class ForgedKeys extends Construct {
  readonly metric: Metric;

  constructor(scope: Construct, id: string, { stage, identities, alarms }: ForgedKeysProps) {
    super(scope, id);
    const metricNamespace = `LicenseServer/${stage}`;
    const filters = identities.map(
      ({ row, logGroup }) =>
        new MetricFilter(this, row, {
          logGroup,
          filterPattern: FilterPattern.numberValue('$.ForgedKeys', '>', 0),
          metricNamespace,
          metricName: 'ForgedKeys',
          metricValue: '$.ForgedKeys',
        }),
    );
    const [any] = filters;
    if (!any) throw new Error('there are no operations');
    this.metric = any.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
    alarms.raise(this, 'Alarm', {
      name: 'forged-keys',
      metric: this.metric,
      atLeast: 10,
      impact:
        'Somebody presents keys that we never signed. No site is affected; the dashboard shows which application they come through.',
      anchor: 'forged-keys',
    });
  }
}
