import { readFileSync } from 'node:fs';

/** The time that a service lives by. */
export interface Clock {
  /** whole seconds since 1970 */
  now(): number;
  /** for the guard: `ticks` only run on */
  reading(): { clock: number; ticks: number };
  /** does work at once, and again when so much time has passed; one that fails is tried again then @returns ends it */
  every(seconds: number, work: () => Promise<unknown>, onTrouble: (error: unknown) => void): () => void;
}

const lookEveryMs = 100;

/**
 * This machine's clock, moved as the local server's is, so that a service sees the same month pass.
 * @param aheadFile `keys/clock-ahead` of the local server @default none: the machine's clock as it is
 */
export function startClock(aheadFile?: string): Clock {
  let ahead = 0;
  const look = () => {
    if (aheadFile) ahead = aheadIn(aheadFile) ?? ahead;
  };
  look();
  if (aheadFile) setInterval(look, lookEveryMs).unref();
  const now = () => Math.floor(Date.now() / 1000) + ahead;
  return {
    now,
    reading: () => ({ clock: Date.now() / 1000 + ahead, ticks: performance.now() / 1000 + ahead }),
    every(seconds, work, onTrouble) {
      let next = 0;
      let busy = false;
      const turn = async () => {
        if (busy || now() < next) return;
        busy = true;
        next = now() + seconds;
        await work().catch(onTrouble);
        busy = false;
      };
      const timer = setInterval(() => void turn(), lookEveryMs);
      return () => clearInterval(timer);
    },
  };
}

/** @returns undefined while the file is not there */
function aheadIn(file: string): number | undefined {
  try {
    const seconds = Number(readFileSync(file, 'utf8'));
    return Number.isNaN(seconds) ? undefined : seconds;
  } catch {
    return undefined;
  }
}
