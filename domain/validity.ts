import type { AlertReason } from './alert.ts';
import type { DeadReason } from './chain/levels.ts';
import type { Jti } from './ids.ts';
import type { KeyHolder } from './refresh.ts';
import { minute, type Seconds } from './time.ts';

export type Validity = { readonly valid: true } | { readonly valid: false; readonly reason: DeadReason };

/** How long an enforcer may remember a refusal: short, so that a reinstated site is back soon. */
const refusalCacheSeconds = minute;

/**
 * Is this genuine key good now? A key is live if and only if its `jti` is the recorded one; the generation only explains.
 * @param holder undefined when there is none that the caller may know of
 */
export function decideValidity(
  holder: KeyHolder | undefined,
  presented: { readonly jti: Jti; readonly gen: number },
  enterpriseSuspended: boolean,
  now: Seconds,
): Validity {
  if (!holder) return dead('key-unknown');
  if (holder.status === 'deleted') return dead('deleted');
  if (holder.status === 'suspended' || enterpriseSuspended) return dead('suspended');
  if (presented.jti !== holder.key.jti) return dead(presented.gen <= holder.key.generation ? 'key-superseded' : 'key-unknown');
  if (holder.status === 'dormant') return dead('dormant');
  if (now >= holder.key.expiresAt) return dead('key-expired');
  return { valid: true };
}

function dead(reason: DeadReason): Validity {
  return { valid: false, reason };
}

/** Until when the asker may cache the answer; never past the key's own end. */
export function cacheUntil(validity: Validity, cacheSeconds: number, keyExpiresAt: Seconds | undefined, now: Seconds): Seconds {
  if (!validity.valid) return now + refusalCacheSeconds;
  return Math.min(now + cacheSeconds, keyExpiresAt ?? now + cacheSeconds);
}

/** The vendor hears of every dead key but the forged: those would be alerts that an attacker writes (design.md 3.9). */
export function alertReasonOf(reason: DeadReason): AlertReason | undefined {
  return reason === 'key-not-genuine' ? undefined : reason;
}
