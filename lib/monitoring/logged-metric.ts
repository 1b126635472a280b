import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionIdentity } from '../functions/function-identity.ts';

export interface LoggedMetricProps {
  readonly stage: string;
  readonly name: 'ForgedKeys' | 'StatementsOverdue' | 'Refreshes';
  /** as the functions count it in the namespace LicenseServer @default the name */
  readonly counted?: 'Answers';
  readonly identities: readonly FunctionIdentity[];
  /** @default five minutes */
  readonly period?: Duration;
}

/**
 * Sums a metric over several functions. An alarm cannot search for dimensions, and the metric of the functions has no dimension of the
 * stage. Metric filters count the same log lines again, free of charge.
 */
export class LoggedMetric extends Construct {
  readonly metric: Metric;

  constructor(
    scope: Construct,
    id: string,
    { stage, name, counted, identities, period = Duration.minutes(5) }: LoggedMetricProps,
  ) {
    super(scope, id);
    const field = `$.${counted ?? name}`;
    const filters = identities.map(
      ({ row, logGroup }) =>
        new MetricFilter(this, row, {
          logGroup,
          filterPattern: FilterPattern.numberValue(field, '>', 0),
          metricNamespace: `LicenseServer/${stage}`,
          metricName: name,
          metricValue: field,
        }),
    );
    const [any] = filters;
    if (!any) throw new Error(`The metric ${name} has no function that counts it: expected at least one.`);
    this.metric = any.metric({ statistic: Stats.SUM, period });
  }
}
