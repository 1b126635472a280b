import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FunctionIdentity } from '../../functions/function-identity.ts';
import type { Alarms } from '../../monitoring/alarms.ts';
import { LoggedMetric } from '../../monitoring/logged-metric.ts';

export interface RefreshesSilentProps {
  readonly stage: string;
  /** of refresh-key */
  readonly identities: readonly FunctionIdentity[];
  readonly alarms: Alarms;
}

const period = Duration.hours(1);
/** CloudWatch looks back seven days at most. */
const lookBackHours = 168;
/**
 * Powers of ten: a silence that chance brings about once in 5,000 times. One hour without a refresh in a week is at most 2.2, two are
 * 4.4.
 */
const leastRarity = 3.7;

/**
 * Alarms when refreshes have stopped: after two hours in a stage where every hour of the last seven days had one. Where some hours had
 * none, it requires a longer silence; where most had none, as in a small stage, it never alarms. No other alarm notices that clients do
 * not reach the API.
 */
export class RefreshesSilent extends LoggedMetric {
  constructor(scope: Construct, id: string, { stage, identities, alarms }: RefreshesSilentProps) {
    super(scope, id, { stage, name: 'Refreshes', counted: 'Answers', identities, period });
    const expression = (text: string, usingMetrics: Record<string, IMetric>) =>
      new MathExpression({ expression: text, usingMetrics, period });
    const refreshes = expression('FILL(answered, 0)', { answered: this.metric });
    const hoursWhere = (condition: string) => `TIME_SERIES(SUM(IF(${condition}, 1, 0)))`;
    // The hour of the last refresh and all hours after it are those at which the running sum is complete.
    const silent = expression(`${hoursWhere('RUNNING_SUM(refreshes) == SUM(refreshes)')} - 1`, { refreshes });
    // Before the silence; one more of each, so that no share is 0.
    const before = expression(`${hoursWhere('refreshes >= 0')} - silent + 1`, { refreshes, silent });
    const empty = expression(`${hoursWhere('refreshes == 0')} - silent + 1`, { refreshes, silent });
    const rarity = expression('IF(empty * 2 <= before, silent * LOG10(before / empty), 0)', { silent, before, empty });
    alarms.raise(this, 'Alarm', {
      name: 'refreshes-silent',
      metric: rarity,
      atLeast: leastRarity,
      periods: lookBackHours,
      datapoints: 1,
      impact:
        'No site has renewed its key for two hours or more, which is unusual for this stage: keys expire ten days after the clients first try to renew them.',
      anchor: 'refreshes-silent',
    });
  }
}
