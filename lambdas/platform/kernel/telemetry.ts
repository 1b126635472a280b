import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

export const logger = new Logger({ serviceName: 'license-server' });

/** Counts without an AWS request: CloudWatch reads metrics from the log (Embedded Metric Format). */
const metrics = new Metrics({ namespace: 'LicenseServer', serviceName: 'license-server' });

/** Logs a stream record that could not be processed: it is delivered again. */
export function logFailedRecord(sequenceNumber: string, error: unknown): void {
  logger.error('record failed', { sequenceNumber, fault: describeError(error) });
}

/** Logs the failure of one of several independent parts. @param about a subject, or a partition of an index */
export function logFailedPart(about: string, error: unknown): void {
  logger.error('part failed', { about, fault: describeError(error) });
}

/** Counts of one run of the sweep. */
export interface Swept {
  warned: number;
  expired: number;
  dormant: number;
}

export function countSweep(swept: Swept): void {
  logger.info('expiry swept', { ...swept });
  for (const [metric, count] of [
    ['SweepWarned', swept.warned],
    ['SweepExpired', swept.expired],
    ['SweepDormant', swept.dormant],
  ] as const)
    metrics.singleMetric().addMetric(metric, MetricUnit.Count, count);
}

/** Returns name and stack of an error without its message: messages of libraries may quote their input. */
export function describeError(error: unknown): { name: string; stack: readonly string[] } {
  if (!(error instanceof Error)) return { name: typeof error, stack: [] };
  const stack = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  return { name: error.name, stack: stack.slice(0, 8).map(line => line.trim()) };
}

export function countRequest(operation: string, metric: 'Answers' | 'Refusals', code?: string): void {
  const single = metrics.singleMetric();
  single.addDimension('operation', operation);
  if (code) single.addDimension('code', code);
  single.addMetric(metric, MetricUnit.Count, 1);
}

/** Counts forged keys by caller; they have no other effect (docs/rules.md 3.9). @param times how often the caller saw the key */
export function countForgedKey(org: string, app: string, times = 1): void {
  const single = metrics.singleMetric();
  single.addDimension('caller', `${org}/${app}`);
  single.addMetric('ForgedKeys', MetricUnit.Count, times);
}

export function countDeliveredAlert(reason: string): void {
  const single = metrics.singleMetric();
  single.addDimension('reason', reason);
  single.addMetric('AlertsDelivered', MetricUnit.Count, 1);
}

/** Publishes the number of sites of an Org by mode, state and status, from the counters. */
export function recordSiteCounts(org: string, cells: Readonly<Record<string, number>>): void {
  for (const [cell, sites] of Object.entries(cells)) {
    const single = metrics.singleMetric();
    single.addDimensions({ org, cell });
    single.addMetric('SitesByState', MetricUnit.Count, sites);
  }
}

/** Logs a pending statement that waits for the sweep; the next run checks again. */
export function logWaitingStatement(org: string, quarter: string): void {
  logger.info('statement waits for the sweep', { org, quarter });
}

/** Counts a statement that was created, or one that is overdue: a day after its date, or two weeks after the quarter was reopened. */
export function countStatement(metric: 'StatementsMade' | 'StatementsOverdue', org: string, quarter: string): void {
  const single = metrics.singleMetric();
  single.addMetadata('org', org);
  single.addMetadata('quarter', quarter);
  single.addMetric(metric, MetricUnit.Count, 1);
}
