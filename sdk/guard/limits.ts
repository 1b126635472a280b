import { day, hour } from '../../domain/time.ts';
import type { Limits } from './machine.ts';

/** What the application itself asks for. */
export interface WantedLimits {
  readonly cacheSeconds?: number | undefined;
  readonly graceSeconds?: number | undefined;
}

/** A setting that was not set becomes NaN, and a grace of NaN would have no end. @throws TypeError */
export function assertLimits({ cacheSeconds = 0, graceSeconds = 0 }: WantedLimits): void {
  for (const [name, seconds] of Object.entries({ cacheSeconds, graceSeconds }))
    if (!(seconds >= 0)) throw new TypeError(`${name} must be seconds, 0 or more: it is ${seconds}.`);
}

/** Of settings and policy the narrower one. @param policy undefined: the server has not told it yet */
export function capped({ cacheSeconds = hour, graceSeconds = 5 * day }: WantedLimits, policy?: Limits): Limits {
  return {
    cacheSeconds: Math.min(cacheSeconds, policy?.cacheSeconds ?? hour),
    graceSeconds: Math.min(graceSeconds, policy?.graceSeconds ?? 5 * day),
  };
}
