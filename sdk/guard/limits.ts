import { day, hour, type Seconds } from '../../domain/kernel/time.ts';

export interface Limits {
  readonly cacheSeconds: Seconds;
  readonly graceSeconds: Seconds;
}

/** Limits that the application requests. */
export interface WantedLimits {
  readonly cacheSeconds?: number | undefined;
  readonly graceSeconds?: number | undefined;
}

/** Asserts that limits are numbers of seconds: NaN, from an unset setting, would be an endless grace. @throws TypeError */
export function assertLimits({ cacheSeconds = 0, graceSeconds = 0 }: WantedLimits): void {
  for (const [name, seconds] of Object.entries({ cacheSeconds, graceSeconds }))
    if (!(seconds >= 0)) throw new TypeError(`${name} is invalid: expected seconds, 0 or more, got ${seconds}.`);
}

/** Default limits, and the widest that a policy can allow. */
const widest: Limits = { cacheSeconds: hour, graceSeconds: 5 * day };

export function limitsOf({ cacheSeconds = hour, graceSeconds = 5 * day }: WantedLimits): Limits {
  return narrower({ cacheSeconds, graceSeconds }, widest);
}

/** Returns the narrower limits of settings and policy. @param policy undefined while none is known */
export function narrower(limits: Limits, policy: Limits = limits): Limits {
  return {
    cacheSeconds: Math.min(limits.cacheSeconds, policy.cacheSeconds),
    graceSeconds: Math.min(limits.graceSeconds, policy.graceSeconds),
  };
}
