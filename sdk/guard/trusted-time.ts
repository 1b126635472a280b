import type { Seconds } from '../../domain/kernel/time.ts';

/** What this machine's clocks say: the wall clock may be set to anything, the ticks (seconds since some start) only run on. */
export interface Reading {
  readonly clock: Seconds;
  readonly ticks: Seconds;
}

/** What is known of the server's time. */
export interface TrustedTime {
  /** the latest time signed by the server that was ever seen: it never goes back */
  readonly signed: Seconds;
  /** the server's time when the clocks said `reading` */
  readonly time: Seconds;
  readonly reading: Reading;
}

/** A clock that falls behind by more than this was set back. */
const toleranceSeconds = 300;

/** Nothing is known yet: the wall clock is all there is. */
export function untrustedTime(reading: Reading): TrustedTime {
  return { signed: 0, time: reading.clock, reading };
}

/** The server's time now: never before what was signed, never slower than the ticks. */
export function readTime({ signed, time, reading }: TrustedTime, at: Reading): { now: Seconds; setBack: boolean } {
  const atLeast = Math.max(signed, time + Math.max(0, at.ticks - reading.ticks));
  const byClock = time + at.clock - reading.clock;
  return { now: Math.max(atLeast, byClock), setBack: byClock < atLeast - toleranceSeconds };
}

/** A time that the server has signed at some moment before now: of a key, of a verdict that was kept. */
export function noteSigned(time: TrustedTime, signed: Seconds): TrustedTime {
  return signed > time.signed ? { ...time, signed } : time;
}

/** The time of a verdict that has just answered our nonce: it is now. */
export function anchor(time: TrustedTime, signed: Seconds, reading: Reading): TrustedTime {
  return { signed: Math.max(time.signed, signed), time: signed, reading };
}

/** Whether a time is one that the server could sign now: what lies far behind was signed with an old key. */
export function isCurrent(time: TrustedTime, signed: Seconds): boolean {
  return signed >= time.signed - toleranceSeconds;
}

/** As it is to be kept: a clock that is set back behind this moment is found out after a restart too. */
export function advance(time: TrustedTime, at: Reading): TrustedTime {
  const { now, setBack } = readTime(time, at);
  return setBack ? time : { ...time, time: now, reading: at };
}
