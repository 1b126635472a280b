import { ProblemError } from './problem-error.ts';

/** This machine's clock, corrected by what the server has said. */
export interface ServerClock {
  /** seconds since 1970 */
  now(): number;
  /** @returns whether the fault was this clock's, which is right from now on */
  learnFrom(fault: unknown): boolean;
}

/** A signature of a clock that is so far off is not refused for the clock. */
const closeEnoughSeconds = 10;

/**
 * The time in a problem is not signed: who can write into the connection could make us sign for a day to come. Further than that
 * no clock is corrected; somebody has to set it.
 */
const mostSeconds = 25 * 3600;

/** @param now whole seconds, of this machine */
export function createServerClock(now: () => number): ServerClock {
  let offset = 0;
  return {
    now: () => now() + offset,
    learnFrom(fault) {
      if (!(fault instanceof ProblemError) || fault.code !== 'signature-invalid') return false;
      const serverTime = Math.floor(Date.parse(String(fault.problem.serverTime)) / 1000);
      if (Number.isNaN(serverTime) || Math.abs(serverTime - now() - offset) < closeEnoughSeconds) return false;
      const error = serverTime - now();
      if (Math.abs(error) > mostSeconds) throw new WrongClockError(fault, error);
      offset = error;
      return true;
    },
  };
}

/** The clock of this machine is more than a day off: set it. */
export class WrongClockError extends ProblemError {
  constructor({ status, problem }: ProblemError, error: number) {
    const days = Math.round(Math.abs(error) / 86_400);
    const detail = `The clock of this machine is ${days} days ${error > 0 ? 'late' : 'early'}: set it, best by NTP.`;
    super(status, { ...problem, detail });
    this.name = 'WrongClock';
  }
}
