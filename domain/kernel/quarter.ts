import { notFound, Refusal } from './refusal.ts';
import { nextQuarter, Quarter, quarterBegins, quarterEnds, type Seconds } from './time.ts';

/** The quarter of the first deployment: earlier counters do not exist, and are not read. */
export const firstQuarter = Quarter.parse('2026-Q1');

/** Returns the quarters from the first one to this one, both included, in order. */
export function quartersUpTo(quarter: Quarter): Quarter[] {
  const quarters: Quarter[] = [];
  for (let each = firstQuarter; each <= quarter; each = nextQuarter(each)) quarters.push(each);
  return quarters;
}

/** @throws not-found for a quarter that has not begun, or in which the product was not there */
export function assertBegun(quarter: Quarter, now: Seconds): void {
  if (quarter < firstQuarter || quarterBegins(quarter) > now) throw notFound('quarter');
}

export function isRunning(quarter: Quarter, now: Seconds): boolean {
  return now < quarterEnds(quarter);
}

/** Refuses a quarter that has not ended. @throws quarter-running, not-found */
export function assertFinished(quarter: Quarter, now: Seconds): void {
  if (isRunning(quarter, now))
    throw new Refusal(
      'quarter-running',
      `The quarter ${quarter} has not ended yet. Submit its manifest after its end.`,
    );
  assertBegun(quarter, now);
}

/** States of a quarter's statement: `stated` closes the quarter, `reopened` accepts manifests again. */
export const statementStates = ['stated', 'reopened'] as const;

/** Returns the refusal of a manifest after the statement of its quarter. */
export function quarterClosed(quarter: Quarter): Refusal {
  return new Refusal(
    'quarter-closed',
    `The quarter ${quarter} is closed: its statement exists. Ask an operator to reopen it (reopen-quarter).`,
  );
}
