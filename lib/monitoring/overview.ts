import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Dashboard, type IMetric, type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AreaConstructs } from '../areas/area.ts';
import { counted, countedBy, graph, ofFunction, period } from './metrics.ts';

export interface OverviewProps {
  readonly stage: string;
  readonly api: RestApi;
  readonly table: TableV2;
  readonly topics: readonly Topic[];
  readonly deadLetters: Queue;
  readonly forgedKeys: IMetric;
  /** rows, of operations and of all functions, by what is shown of them */
  readonly operations: readonly string[];
  readonly functions: readonly string[];
  readonly schedules: readonly string[];
  readonly streams: readonly string[];
  readonly areas: readonly AreaConstructs[];
}

/** The dashboard of a stage: requests, errors, delays, and the results of schedules. */
export class Overview extends Dashboard {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id, {
      dashboardName: `license-server-${props.stage}`,
      widgets: [
        requests(props),
        refusals(props),
        ...props.areas.map(({ widgets }) => widgets?.() ?? []),
        work(props),
        deliveries(props),
        units(props),
      ],
    });
  }
}

function requests({ api, operations }: OverviewProps): IWidget[] {
  return [
    graph('Requests', [
      api.metricCount({ period }),
      api.metricClientError({ period }),
      api.metricServerError({ period }),
    ]),
    graph('Time to answer, ms', [
      api.metricLatency({ period, statistic: 'p50' }),
      api.metricLatency({ period, statistic: 'p99' }),
    ]),
    graph(
      'Answers by operation',
      operations.map(operation => counted('Answers', { operation }, operation)),
    ),
  ];
}

function refusals({ stage, functions, forgedKeys }: OverviewProps): IWidget[] {
  return [
    graph('Errors of functions', functions.map(ofFunction(stage, 'Errors', Stats.SUM))),
    graph('Refusals by code', [countedBy('code,operation', 'Refusals')]),
    graph('Forged keys, and by caller', [forgedKeys, countedBy('caller', 'ForgedKeys')]),
  ];
}

function work({ stage, schedules, streams }: OverviewProps): IWidget[] {
  return [
    graph('Runs of schedules', schedules.map(ofFunction(stage, 'Invocations', Stats.SUM))),
    graph('Time of a run, ms', schedules.map(ofFunction(stage, 'Duration', Stats.MAXIMUM))),
    graph('Behind the stream, ms', streams.map(ofFunction(stage, 'IteratorAge', Stats.MAXIMUM))),
  ];
}

function deliveries({ topics, deadLetters }: OverviewProps): IWidget[] {
  const summed = { statistic: Stats.SUM, period };
  return [
    graph('Alerts delivered by reason', [countedBy('reason', 'AlertsDelivered')]),
    graph(
      'Topics: not delivered',
      topics.map(topic => topic.metricNumberOfNotificationsFailed(summed)),
    ),
    graph('Dead-letter records', [deadLetters.metricApproximateNumberOfMessagesVisible({ period })]),
  ];
}

function units({ table }: OverviewProps): IWidget[] {
  const consumed = (metric: string) => table.metric(metric, { statistic: Stats.SUM, period });
  return [
    graph('Table: units consumed', [consumed('ConsumedReadCapacityUnits'), consumed('ConsumedWriteCapacityUnits')]),
    graph('Table: refused', [consumed('ReadThrottleEvents'), consumed('WriteThrottleEvents')]),
  ];
}
