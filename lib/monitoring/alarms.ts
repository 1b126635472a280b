import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type Anchor, runbookLink } from './runbook.ts';

export interface AlarmSpec {
  /** after `license-server-<stage>-` */
  readonly name: string;
  readonly metric: IMetric;
  /** impact in one sentence, for an operator on call */
  readonly impact: string;
  readonly anchor: Anchor;
  /** the least that alarms. @default 1 */
  readonly atLeast?: number;
  /** alarms when the metric is below this, or absent; instead of `atLeast` */
  readonly below?: number;
  /** periods in a row. @default 1 */
  readonly periods?: number;
  /** so many of the periods are enough. @default all */
  readonly datapoints?: number;
}

/** Raises the alarms of a stage: one text form, one topic. */
export class Alarms {
  readonly #stage: string;
  readonly #topic: ITopic;

  constructor(stage: string, topic: ITopic) {
    this.#stage = stage;
    this.#topic = topic;
  }

  raise(
    scope: Construct,
    id: string,
    { name, metric, impact, anchor, atLeast = 1, below, periods = 1, datapoints = periods }: AlarmSpec,
  ): void {
    const alarm = new Alarm(scope, id, {
      alarmName: `license-server-${this.#stage}-${name}`,
      alarmDescription: `${impact} What to do: ${runbookLink(anchor)}`,
      metric,
      threshold: below ?? atLeast,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
      evaluationPeriods: periods,
      ...(datapoints < periods && { datapointsToAlarm: datapoints }),
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
  }
}
