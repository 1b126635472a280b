import type { Alert, AlertReason } from '../alerts/alert.ts';
import { EnterpriseId, orgOf, type Subject } from '../kernel/ids.ts';
import { day, hour, hourOf, type Seconds } from '../kernel/time.ts';
import { refreshGraceSeconds } from './key-lifetime.ts';
import type { RecordedKey } from './recorded-key.ts';

/** One thing that the sweep does about a key or a link whose end comes nearer, or has passed. */
export interface ExpiryPhase {
  /** what was told last is kept as a number, so that nothing is told twice or out of order */
  readonly rank: number;
  /** when it is due, from the beginning of the hour in which the key ends */
  readonly after: Seconds;
  readonly reason: Extract<AlertReason, 'expiring-soon' | 'key-expired' | 'dormant'>;
  readonly detail?: string;
}

const keyExpired = { rank: 4, after: hour, reason: 'key-expired' } as const satisfies ExpiryPhase;

/** In the order in which they are due (docs/rules.md 3.4, 3.5). The last two wait until every key of the hour has ended. */
export const expiryPhases = [
  { rank: 1, after: -5 * day, reason: 'expiring-soon', detail: '5-days' },
  { rank: 2, after: -3 * day, reason: 'expiring-soon', detail: '3-days' },
  { rank: 3, after: -day, reason: 'expiring-soon', detail: '1-day' },
  keyExpired,
  { rank: 5, after: hour + refreshGraceSeconds, reason: 'dormant' },
] as const satisfies readonly ExpiryPhase[];

/** While a key is valid, at most two days lie between two phases: looking back so far misses no warning that still matters. */
const firstLookBackSeconds = 2 * day;

/**
 * The whole hours that have come since the sweep ran last, oldest first; each makes some hours of expiry due.
 * @param handled the last one that is done; undefined when none ever was
 */
export function hoursSince(handled: Seconds | undefined, now: Seconds): Seconds[] {
  const last = hourOf(now);
  const first = hourOf(handled ?? last - firstLookBackSeconds) + hour;
  return Array.from({ length: Math.max(0, (last - first) / hour + 1) }, (_, i) => first + i * hour);
}

/** The keys that end within one hour, and what is to be done about them. */
export interface ScheduledHour {
  readonly hour: Seconds;
  readonly phase: ExpiryPhase;
}

/**
 * Returns what one hour of the clock makes due. After missed runs a warning is left out where the next phase is due too. That a key
 * has ended, or that a site is dormant, is a fact and is never left out.
 */
export function dueAt(at: Seconds, now: Seconds): ScheduledHour[] {
  return expiryPhases
    .map((phase, i) => ({ hour: at - phase.after, phase, next: expiryPhases[i + 1] }))
    .filter(({ hour, phase, next }) => phase.reason !== 'expiring-soon' || !next || now < hour + next.after)
    .map(({ hour, phase }) => ({ hour, phase }));
}

/** Returns the time of a phase: the date of its alert, whenever the sweep runs. */
export function phaseTime({ hour, phase }: ScheduledHour): Seconds {
  return hour + phase.after;
}

/**
 * Returns the alert that a key has ended, if its time has come and the sweep has not raised it. An operation that replaces the key
 * raises it, since the sweep finds the key no more.
 */
export function missedExpiryAlerts(
  subject: Subject,
  { expiresAt, lastNotified = 0 }: EndingKey,
  now: Seconds,
): Alert[] {
  const at = phaseTime({ hour: hourOf(expiresAt), phase: keyExpired });
  return now < at || lastNotified >= keyExpired.rank ? [] : [{ ...alertAt(keyExpired, subject), at }];
}

/** Marks a key of which the end was notified, as the sweep does. */
export function withExpiryNotified<K extends EndingKey>(key: K): K {
  return { ...key, lastNotified: keyExpired.rank };
}

type EndingKey = Pick<RecordedKey, 'expiresAt' | 'lastNotified'>;

export function alertAt({ reason, detail }: ExpiryPhase, subject: Subject): Alert {
  return { org: orgOf(enterpriseOfSubject(subject)), reason, subject, detail };
}

/** Whose it is: `site:hub-…-…`, `enterprise-key:hub-…/hwf`, `enterprise:hub-…` all name their enterprise. */
export function enterpriseOfSubject(subject: Subject): EnterpriseId {
  return EnterpriseId.parse(/^[a-z-]+:([^-/]+-[^-/]+)/.exec(subject)?.[1]);
}
