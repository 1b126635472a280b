import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { functionName } from '../names.ts';

export const period = Duration.minutes(5);
const namespace = 'LicenseServer';

/** A metric that Lambda keeps of a row's function. */
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

/** What the functions themselves count (lambdas/platform/request/telemetry.ts). It does not tell stages of one account and region apart. */
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

/** The same, one line for each value of dimensions whose values come at run time: a caller, a code. @param dimensions comma between them */
export function countedBy(
  dimensions: string,
  metricName: string,
  { statistic = Stats.SUM, over = period } = {},
): IMetric {
  const expression = `SEARCH('{${namespace},${dimensions},service} MetricName="${metricName}"', '${statistic}', ${over.toSeconds()})`;
  return new MathExpression({ expression, label: '', period: over, usingMetrics: {} });
}

/** A graph of a third of the dashboard's width. */
export function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
