import type { Subject } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { day, dayOf, type Seconds, startOfDay } from '../kernel/time.ts';
import type { AlertReason, RecordedAlert } from './alert.ts';

/** Selects alerts within a range of days. */
export interface AlertFilter {
  readonly reason?: AlertReason | undefined;
  readonly subject?: Subject | undefined;
  readonly acknowledged?: 'true' | 'false' | undefined;
}

const defaultDays = 7;
const maxDays = 92;

/**
 * Returns the requested UTC days, newest first; the last seven by default.
 * @throws invalid-request when they are more than 92, or end before they begin
 */
export function requestedDays(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Seconds,
): readonly string[] {
  const to = startOfDay(asked.to ?? dayOf(now));
  const from = asked.from === undefined ? to - (defaultDays - 1) * day : startOfDay(asked.from);
  const count = (to - from) / day + 1;
  if (count < 1) throw invalidRange('must not be later than `to`');
  if (count > maxDays) throw invalidRange(`must be at most ${maxDays} days before \`to\``);
  return Array.from({ length: count }, (_, daysBack) => dayOf(to - daysBack * day));
}

function invalidRange(detail: string): Refusal {
  return new Refusal('invalid-request', 'The range of days is invalid: expected 1 to 92 days.', [
    { pointer: '#/query/from', detail },
  ]);
}

export function matchesFilter(alert: RecordedAlert, { reason, subject, acknowledged }: AlertFilter): boolean {
  return (
    (reason === undefined || alert.reason === reason) &&
    (subject === undefined || alert.subject === subject) &&
    (acknowledged === undefined || acknowledged === String(alert.acknowledgedAt !== undefined))
  );
}
