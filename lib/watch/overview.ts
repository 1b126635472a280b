import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { functionName } from '../names.ts';

export interface OverviewProps {
  readonly stage: string;
  readonly api: RestApi;
  readonly table: TableV2;
  readonly forgedKeys: IMetric;
  /** rows, of operations and of all functions, by what is shown of them */
  readonly operations: readonly string[];
  readonly functions: readonly string[];
  readonly streams: readonly string[];
}

const period = Duration.minutes(5);
const namespace = 'LicenseServer';

/** One page that shows whether a stage is well: what is asked, what fails, what is behind. */
export class Overview extends Dashboard {
  constructor(
    scope: Construct,
    id: string,
    { stage, api, table, forgedKeys, operations, functions, streams }: OverviewProps,
  ) {
    const ofFunction = (metricName: string, statistic: string) => (row: string) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { FunctionName: functionName(stage, row) },
        statistic,
        period,
        label: row,
      });
    const answers = (operation: string) =>
      new Metric({
        namespace,
        metricName: 'Answers',
        dimensionsMap: { service: 'license-server', operation },
        statistic: Stats.SUM,
        period,
        label: operation,
      });
    const consumed = (metric: string) => table.metric(metric, { statistic: Stats.SUM, period });
    super(scope, id, {
      dashboardName: `license-server-${stage}`,
      widgets: [
        [
          graph('Requests', [
            api.metricCount({ period }),
            api.metricClientError({ period }),
            api.metricServerError({ period }),
          ]),
          graph('Time to answer, ms', [
            api.metricLatency({ period, statistic: 'p50' }),
            api.metricLatency({ period, statistic: 'p99' }),
          ]),
          graph('Answers by operation', operations.map(answers)),
        ],
        [
          graph('Errors of functions', functions.map(ofFunction('Errors', Stats.SUM))),
          graph('Refusals by code', [search('code,operation,service', 'Refusals')]),
          graph('Forged keys, and by caller', [forgedKeys, search('caller,service', 'ForgedKeys')]),
        ],
        [
          graph('Table: units consumed', [
            consumed('ConsumedReadCapacityUnits'),
            consumed('ConsumedWriteCapacityUnits'),
          ]),
          graph('Table: refused', [consumed('ReadThrottleEvents'), consumed('WriteThrottleEvents')]),
          graph('Behind the stream, ms', streams.map(ofFunction('IteratorAge', Stats.MAXIMUM))),
        ],
      ],
    });
  }
}

/** For dimensions whose values come at run time: a caller, a code. */
function search(dimensions: string, metricName: string): IMetric {
  const expression = `SEARCH('{${namespace},${dimensions}} MetricName="${metricName}"', '${Stats.SUM}', ${period.toSeconds()})`;
  return new MathExpression({ expression, label: '', period, usingMetrics: {} });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
