import type { Alert } from '../alerts/alert.ts';
import type { Claims, DeadReason, LeafClaims as KeyClaims, Mode } from '../chain/levels.ts';
import type { Caller } from '../identity/policy.ts';
import { Subject, subjectOf } from '../kernel/ids.ts';
import { minute, type Seconds } from '../kernel/time.ts';
import type { KeyHolder } from './refresh.ts';

export type Validity = { readonly valid: true } | { readonly valid: false; readonly reason: DeadReason };

/** How long an enforcer may remember a refusal: short, so that a reinstated site is back soon. */
const refusalCacheSeconds = minute;

/** What a genuine key says of itself, less its names. */
type Presented = Pick<KeyClaims, 'jti' | 'gen' | 'iat' | 'exp'> & { readonly mode?: Mode };

/**
 * Is this key good now? A key is live if and only if its `jti` is the recorded one; the generation only explains.
 * @param presented undefined when the key is not genuine
 * @param holder undefined when there is none that the caller may know of
 */
export function decideValidity(
  presented: Presented | undefined,
  holder: KeyHolder | undefined,
  enterpriseSuspended: boolean,
  now: Seconds,
): Validity {
  if (!presented) return dead('key-not-genuine');
  if (!holder) return dead('key-unknown');
  if (holder.status === 'deleted') return dead('deleted');
  if (holder.status === 'suspended' || enterpriseSuspended) return dead('suspended');
  if (presented.jti !== holder.key.jti)
    return dead(presented.gen <= holder.key.generation ? 'key-superseded' : 'key-unknown');
  if (!isAsRecorded(presented, holder)) return dead('key-unknown');
  if (holder.status === 'dormant') return dead('dormant');
  if (now >= holder.key.expiresAt) return dead('key-expired');
  return { valid: true };
}

/** Who can use a stolen enterprise key may copy a number, but not make the server confirm claims that it never signed. */
function isAsRecorded({ gen, iat, exp, mode }: Presented, { key, mode: recorded }: KeyHolder): boolean {
  return gen === key.generation && iat === key.issuedAt && exp === key.expiresAt && mode === recorded;
}

function dead(reason: DeadReason): Validity {
  return { valid: false, reason };
}

/** Until when the asker may cache the answer; never past the key's own end. */
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

/** What the responder signs: the answer, to whom, to which question (docs/rules.md 4). */
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
