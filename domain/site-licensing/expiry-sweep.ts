import type { Alert, AlertReason } from '../alerts/alert.ts';
import { EnterpriseId, orgOf, type Subject } from '../kernel/ids.ts';
import { day, hour, hourOf, type Seconds } from '../kernel/time.ts';
import { refreshGraceSeconds } from './key-lifetime.ts';
import type { RecordedKey } from './recorded-key.ts';

/** One thing that the sweep does about a key or a link whose end comes nearer, or has passed. */
export interface SweepStage {
  /** what was told last is kept as a number, so that nothing is told twice or out of order */
  readonly rank: number;
  /** when it is due, from the beginning of the hour in which the key ends */
  readonly after: Seconds;
  readonly reason: Extract<AlertReason, 'expiring-soon' | 'key-expired' | 'dormant'>;
  readonly detail?: string;
}

const keyExpired = { rank: 4, after: hour, reason: 'key-expired' } as const satisfies SweepStage;

/** In the order in which they are due (docs/rules.md 3.4, 3.5). The last two wait until every key of the hour has ended. */
export const sweepStages = [
  { rank: 1, after: -5 * day, reason: 'expiring-soon', detail: '5-days' },
  { rank: 2, after: -3 * day, reason: 'expiring-soon', detail: '3-days' },
  { rank: 3, after: -day, reason: 'expiring-soon', detail: '1-day' },
  keyExpired,
  { rank: 5, after: hour + refreshGraceSeconds, reason: 'dormant' },
] as const satisfies readonly SweepStage[];

/** Between two stages lie at most two days while a key lives: whoever looks back so far misses no warning that still matters. */
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
export interface DueHour {
  readonly hour: Seconds;
  readonly stage: SweepStage;
}

/**
 * Returns what one hour of the clock makes due. After missed runs a warning is left out where the next stage is due too. That a key
 * has ended, or that a site is dormant, is a fact and is never left out.
 */
export function dueAt(at: Seconds, now: Seconds): DueHour[] {
  return sweepStages
    .map((stage, i) => ({ hour: at - stage.after, stage, next: sweepStages[i + 1] }))
    .filter(({ hour, stage, next }) => stage.reason !== 'expiring-soon' || !next || now < hour + next.after)
    .map(({ hour, stage }) => ({ hour, stage }));
}

/** Returns the time of a stage: the date of its alert, whenever the sweep runs. */
export function stageTime({ hour, stage }: DueHour): Seconds {
  return hour + stage.after;
}

/**
 * Returns the alert that a key has ended, if its time has come and the sweep has not raised it. An operation that replaces the key
 * raises it, since the sweep finds the key no more.
 */
export function missedEnd(subject: Subject, { expiresAt, told = 0 }: EndingKey, now: Seconds): Alert[] {
  const at = stageTime({ hour: hourOf(expiresAt), stage: keyExpired });
  return now < at || told >= keyExpired.rank ? [] : [{ ...alertAt(keyExpired, subject), at }];
}

/** Marks a key of which the end was notified, as the sweep does. */
export function withEndNotified<K extends EndingKey>(key: K): K {
  return { ...key, told: keyExpired.rank };
}

type EndingKey = Pick<RecordedKey, 'expiresAt' | 'told'>;

export function alertAt({ reason, detail }: SweepStage, subject: Subject): Alert {
  return { org: orgOf(enterpriseOfSubject(subject)), reason, subject, detail };
}

/** Whose it is: `site:hub-…-…`, `enterprise-key:hub-…/hwf`, `enterprise:hub-…` all name their enterprise. */
export function enterpriseOfSubject(subject: Subject): EnterpriseId {
  return EnterpriseId.parse(/^[a-z-]+:([^-/]+-[^-/]+)/.exec(subject)?.[1]);
}
