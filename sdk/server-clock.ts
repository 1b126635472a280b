import { ProblemError } from './problem-error.ts';

/** Clock of this machine, corrected by the server's time. */
export interface ServerClock {
  /** Returns the corrected time in seconds since 1970. */
  now(): number;
  /** Corrects the clock by the server's time in a fault. @returns whether the clock was wrong, and was corrected @throws ClockError */
  learnFrom(fault: unknown): boolean;
}

/** A clock within this tolerance is not the cause of a refused signature. */
const closeEnoughSeconds = 10;

/**
 * Maximum correction. The time in a problem is not signed, so an attacker on the connection could make the client sign for a
 * future time.
 */
const maxCorrectionSeconds = 25 * 3600;

/** Creates a clock. @param now returns the time of this machine in whole seconds */
export function createServerClock(now: () => number): ServerClock {
  let offset = 0;
  return {
    now: () => now() + offset,
    learnFrom(fault) {
      if (!(fault instanceof ProblemError) || fault.code !== 'signature-invalid') return false;
      const serverTime = Math.floor(Date.parse(String(fault.problem.serverTime)) / 1000);
      if (Number.isNaN(serverTime) || Math.abs(serverTime - now() - offset) < closeEnoughSeconds) return false;
      const error = serverTime - now();
      if (Math.abs(error) > maxCorrectionSeconds) throw new ClockError(fault, error);
      offset = error;
      return true;
    },
  };
}

/** Thrown when the clock of this machine is more than 25 hours off. */
export class ClockError extends ProblemError {
  constructor({ status, problem }: ProblemError, error: number) {
    const days = Math.round(Math.abs(error) / 86_400);
    const detail = `The clock of this machine is ${days} days ${error > 0 ? 'late' : 'early'}. Set it, preferably by NTP.`;
    super(status, { ...problem, detail });
    this.name = 'ClockError';
  }
}
