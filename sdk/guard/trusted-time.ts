import type { Seconds } from '../../domain/kernel/time.ts';

/** Reading of this machine's clocks: a wall clock, which can be set, and a monotonic one (`ticks`, seconds since an arbitrary start). */
export interface Reading {
  readonly clock: Seconds;
  readonly ticks: Seconds;
}

/** Known server time. */
export interface TrustedTime {
  /** Latest time signed by the server that was ever seen; never decreases. */
  readonly signed: Seconds;
  /** Server time at `reading`. */
  readonly time: Seconds;
  readonly reading: Reading;
}

/** A clock that is behind by more than this was set back. */
const toleranceSeconds = 300;

/** Returns the time before any signed time is known: that of the wall clock. */
export function untrustedTime(reading: Reading): TrustedTime {
  return { signed: 0, time: reading.clock, reading };
}

/** Returns the current server time: never before a signed time, never slower than the ticks. */
export function readTime({ signed, time, reading }: TrustedTime, at: Reading): { now: Seconds; setBack: boolean } {
  const atLeast = Math.max(signed, time + Math.max(0, at.ticks - reading.ticks));
  const byClock = time + at.clock - reading.clock;
  return { now: Math.max(atLeast, byClock), setBack: byClock < atLeast - toleranceSeconds };
}

/** Records a time that the server signed in the past: of a key, of a stored verdict. */
export function noteSigned(time: TrustedTime, signed: Seconds): TrustedTime {
  return signed > time.signed ? { ...time, signed } : time;
}

/** Sets the time from a verdict that answers the current nonce: it was signed just now. */
export function anchor(time: TrustedTime, signed: Seconds, reading: Reading): TrustedTime {
  return { signed: Math.max(time.signed, signed), time: signed, reading };
}

/** Whether the server could sign this time now: a time far behind comes from an old key. */
export function isCurrent(time: TrustedTime, signed: Seconds): boolean {
  return signed >= time.signed - toleranceSeconds;
}

/** Returns the time to save: a clock set back behind it is detected after a restart too. */
export function advance(time: TrustedTime, at: Reading): TrustedTime {
  const { now, setBack } = readTime(time, at);
  return setBack ? time : { ...time, time: now, reading: at };
}
