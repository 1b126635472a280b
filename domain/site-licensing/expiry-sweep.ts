import type { Alert, AlertReason } from '../alerts/alert.ts';
import { EnterpriseId, orgOf, type Subject } from '../kernel/ids.ts';
import { day, hour, hourOf, type Seconds } from '../kernel/time.ts';
import { refreshGraceSeconds } from './key-lifetime.ts';
import type { RecordedKey } from './recorded-key.ts';

/** One phase of the expiry of a key or a link: a warning, the expiry, or dormancy. */
export interface ExpiryPhase {
  /** order of the phases; the last notified rank is stored, so that no alert is raised twice or out of order */
  readonly rank: number;
  /** seconds from the beginning of the hour in which the key expires; negative before it */
  readonly after: Seconds;
  readonly reason: Extract<AlertReason, 'expiring-soon' | 'key-expired' | 'dormant'>;
  readonly detail?: string;
}

const keyExpired = { rank: 4, after: hour, reason: 'key-expired' } as const satisfies ExpiryPhase;

/** In chronological order (docs/rules.md 3.4, 3.5). The last two wait until every key of the hour has expired. */
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
 * Returns the full hours since the last run of the sweep, oldest first. Each makes the phases of some hours of expiry pending.
 * @param handled the last one that is done; undefined when none ever was
 */
export function hoursSince(handled: Seconds | undefined, now: Seconds): Seconds[] {
  const last = hourOf(now);
  const first = hourOf(handled ?? last - firstLookBackSeconds) + hour;
  return Array.from({ length: Math.max(0, (last - first) / hour + 1) }, (_, i) => first + i * hour);
}

/** The keys that expire within one hour, and their phase. */
export interface ScheduledHour {
  readonly hour: Seconds;
  readonly phase: ExpiryPhase;
}

/**
 * Returns the phases that one hour of the clock makes pending. After missed runs a warning is omitted where the next phase is pending
 * too. An expiry, or a dormancy, is a fact and never omitted.
 */
export function pendingPhases(at: Seconds, now: Seconds): ScheduledHour[] {
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
 * Returns the expiry alert of a key if it has expired and the sweep has not raised the alert yet. An operation that replaces the key
 * raises it, since the sweep no longer finds the key.
 */
export function missedExpiryAlerts(
  subject: Subject,
  { expiresAt, lastNotified = 0 }: EndingKey,
  now: Seconds,
): Alert[] {
  const at = phaseTime({ hour: hourOf(expiresAt), phase: keyExpired });
  return now < at || lastNotified >= keyExpired.rank ? [] : [{ ...alertAt(keyExpired, subject), at }];
}

/** Marks a key as expired and notified, as the sweep does. */
export function withExpiryNotified<K extends EndingKey>(key: K): K {
  return { ...key, lastNotified: keyExpired.rank };
}

type EndingKey = Pick<RecordedKey, 'expiresAt' | 'lastNotified'>;

export function alertAt({ reason, detail }: ExpiryPhase, subject: Subject): Alert {
  return { org: orgOf(enterpriseOfSubject(subject)), reason, subject, detail };
}

/** Returns the enterprise that a subject names: `site:hub-…-…`, `enterprise-key:hub-…/hwf` or `enterprise:hub-…`. */
export function enterpriseOfSubject(subject: Subject): EnterpriseId {
  return EnterpriseId.parse(/^[a-z-]+:([^-/]+-[^-/]+)/.exec(subject)?.[1]);
}
