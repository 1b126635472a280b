import { day, monthOf, type Seconds } from '../kernel/time.ts';

/** By then the stream has delivered everything that did not fail: it keeps records for one day. */
const sealAfterDays = 5;

/** After 14 days the dead-letter queue has dropped its records: no event of the month can still arrive. */
const sealAnywayAfterDays = 15;

/** @param month UTC, `202611` */
export function nextMonth(month: string): string {
  return monthOf(monthEnds(month));
}

/**
 * @param sweptUntil every dormancy before this moment is recorded, with its event; undefined when the sweep has never run
 * @returns whether the month may be sealed if nothing of it is missing
 */
export function isReadyToSeal(month: string, sweptUntil: Seconds | undefined, now: Seconds): boolean {
  const ends = monthEnds(month);
  return now >= ends + sealAfterDays * day && sweptUntil !== undefined && sweptUntil >= ends;
}

/** @returns whether the month is sealed even if something of it is missing */
export function isSealedDespiteGaps(month: string, now: Seconds): boolean {
  return now >= monthEnds(month) + sealAnywayAfterDays * day;
}

/** Returns the current month and `before` months before it, latest first. */
export function monthsUpTo(now: Seconds, before: number): string[] {
  const time = new Date(now * 1000);
  return Array.from({ length: before + 1 }, (_, back) =>
    monthOf(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() - back) / 1000),
  );
}

function monthEnds(month: string): Seconds {
  return Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4))) / 1000;
}
