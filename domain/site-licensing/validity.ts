import type { Alert } from '../alerts/alert.ts';
import type { Claims, DeadReason, LeafClaims as KeyClaims, Mode } from '../chain/levels.ts';
import type { Caller } from '../identity/policy.ts';
import { Subject, subjectOf } from '../kernel/ids.ts';
import { minute, type Seconds } from '../kernel/time.ts';
import type { KeyHolder } from './refresh.ts';

export type Validity = { readonly valid: true } | { readonly valid: false; readonly reason: DeadReason };

/** Seconds for which an enforcer may cache a negative answer: short, so that a reinstated site is accepted soon. */
const refusalCacheSeconds = minute;

/** The claims of a genuine key without its names. */
type Presented = Pick<KeyClaims, 'jti' | 'gen' | 'iat' | 'exp'> & { readonly mode?: Mode };

/**
 * Decides whether a key is valid now: if and only if its `jti` is the recorded one. The generation only explains the reason.
 * @param presented undefined when the key is not genuine
 * @param holder undefined when there is none that is visible to the caller
 */
export function decideValidity(
  presented: Presented | undefined,
  holder: KeyHolder | undefined,
  enterpriseSuspended: boolean,
  now: Seconds,
): Validity {
  if (!presented) return invalid('key-not-genuine');
  if (!holder) return invalid('key-unknown');
  if (holder.status === 'deleted') return invalid('deleted');
  if (holder.status === 'suspended' || enterpriseSuspended) return invalid('suspended');
  if (presented.jti !== holder.key.jti)
    return invalid(presented.gen <= holder.key.generation ? 'key-superseded' : 'key-unknown');
  if (!isAsRecorded(presented, holder)) return invalid('key-unknown');
  if (holder.status === 'dormant') return invalid('dormant');
  if (now >= holder.key.expiresAt) return invalid('key-expired');
  return { valid: true };
}

/** Compares all claims with the record: an attacker with a stolen enterprise key could copy the `jti` alone. */
function isAsRecorded({ gen, iat, exp, mode }: Presented, { key, mode: recorded }: KeyHolder): boolean {
  return gen === key.generation && iat === key.issuedAt && exp === key.expiresAt && mode === recorded;
}

function invalid(reason: DeadReason): Validity {
  return { valid: false, reason };
}

/** Returns until when the caller may cache the answer; never past the expiry of the key. */
function cacheUntil(
  validity: Validity,
  cacheSeconds: number,
  keyExpiresAt: Seconds | undefined,
  now: Seconds,
): Seconds {
  if (!validity.valid) return now + refusalCacheSeconds;
  return Math.min(now + cacheSeconds, keyExpiresAt ?? now + cacheSeconds);
}

/**
 * Returns the alert of an invalid key; none for a forged key, since an attacker could raise any number of those
 * (docs/rules.md 3.9).
 */
export function alertOf(claims: KeyClaims, validity: Validity): Alert | undefined {
  if (validity.valid || validity.reason === 'key-not-genuine') return undefined;
  const subject = 'mode' in claims ? Subject.parse(claims.sub) : subjectOf.enterpriseKey(claims.ent, claims.app);
  return { org: claims.org, reason: validity.reason, subject };
}

/** Returns the claims of a verdict: the answer, its audience, and the nonce of the request (docs/rules.md 4). */
export function verdictOf(
  asked: { readonly caller: Caller; readonly nonce: string; readonly claims: KeyClaims | undefined },
  validity: Validity,
  now: Seconds,
): Omit<Claims<'verdict+jwt'>, 'iss'> {
  const { caller, nonce, claims } = asked;
  return {
    aud: subjectOf.application(caller.org, caller.app),
    nonce,
    ...(claims && { sub: claims.sub, jti: claims.jti }),
    valid: validity.valid,
    ...(!validity.valid && { reason: validity.reason }),
    ...(claims && 'mode' in claims && { mode: claims.mode }),
    iat: now,
    nbf: now,
    exp: cacheUntil(validity, caller.policy.cacheSeconds, claims?.exp, now),
  };
}
