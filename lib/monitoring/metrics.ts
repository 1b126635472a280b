import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { functionName } from '../names.ts';

export const period = Duration.minutes(5);
const namespace = 'LicenseServer';

/** Returns a metric that Lambda keeps of a row's function. */
export function ofFunction(stage: string, metricName: string, statistic: string): (row: string) => Metric {
  return row =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: functionName(stage, row) },
      statistic,
      period,
      label: row,
    });
}

/** Returns a metric of the functions (lambdas/platform/kernel/telemetry.ts). It does not distinguish stages of one account and region. */
export function counted(metricName: string, dimensions: Record<string, string> = {}, label = metricName): Metric {
  return new Metric({
    namespace,
    metricName,
    dimensionsMap: { service: 'license-server', ...dimensions },
    statistic: Stats.SUM,
    period,
    label,
  });
}

/** Returns a metric with one line for each value of its dimensions, such as a caller or a code. @param dimensions separated by commas */
export function countedBy(
  dimensions: string,
  metricName: string,
  { statistic = Stats.SUM, over = period } = {},
): IMetric {
  const expression = `SEARCH('{${namespace},${dimensions},service} MetricName="${metricName}"', '${statistic}', ${over.toSeconds()})`;
  return new MathExpression({ expression, label: '', period: over, usingMetrics: {} });
}

/** Returns a graph of a third of the dashboard's width. */
export function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
