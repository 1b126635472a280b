import { day, hour, type Seconds } from '../../domain/kernel/time.ts';

export interface Limits {
  readonly cacheSeconds: Seconds;
  readonly graceSeconds: Seconds;
}

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

/** What counts where the settings say nothing, and the most that a policy can allow. */
const widest: Limits = { cacheSeconds: hour, graceSeconds: 5 * day };

export function limitsOf({ cacheSeconds = hour, graceSeconds = 5 * day }: WantedLimits): Limits {
  return narrower({ cacheSeconds, graceSeconds }, widest);
}

/** Of settings and policy the narrower one. @param policy undefined: none was learned yet */
export function narrower(limits: Limits, policy: Limits = limits): Limits {
  return {
    cacheSeconds: Math.min(limits.cacheSeconds, policy.cacheSeconds),
    graceSeconds: Math.min(limits.graceSeconds, policy.graceSeconds),
  };
}
