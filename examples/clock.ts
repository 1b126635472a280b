import { readFileSync } from 'node:fs';

/** Clock of a service. */
export interface Clock {
  /** Returns whole seconds since 1970. */
  now(): number;
  /** Returns the clocks of the guard; `ticks` are monotonic. */
  reading(): { clock: number; ticks: number };
  /** Runs work now and at an interval; a failure is retried at the next run. @returns stops it */
  every(seconds: number, work: () => Promise<unknown>, onError: (error: unknown) => void): () => void;
}

const pollMs = 100;

/**
 * Starts the clock of this machine, advanced like the local server's.
 * @param aheadFile `keys/clock-ahead` of the local server @default none: the clock of this machine
 */
export function startClock(aheadFile?: string): Clock {
  let ahead = 0;
  const read = () => {
    if (aheadFile) ahead = aheadIn(aheadFile) ?? ahead;
  };
  read();
  if (aheadFile) setInterval(read, pollMs).unref();
  const now = () => Math.floor(Date.now() / 1000) + ahead;
  return {
    now,
    reading: () => ({ clock: Date.now() / 1000 + ahead, ticks: performance.now() / 1000 + ahead }),
    every(seconds, work, onError) {
      let next = 0;
      let busy = false;
      const turn = async () => {
        if (busy || now() < next) return;
        busy = true;
        next = now() + seconds;
        await work().catch(onError);
        busy = false;
      };
      const timer = setInterval(() => void turn(), pollMs);
      return () => clearInterval(timer);
    },
  };
}

/** Reads the offset; undefined while the file does not exist. */
function aheadIn(file: string): number | undefined {
  try {
    const seconds = Number(readFileSync(file, 'utf8'));
    return Number.isNaN(seconds) ? undefined : seconds;
  } catch {
    return undefined;
  }
}
