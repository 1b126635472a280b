import type { Claims } from '../domain/chain/levels.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { chainOptions, type Pinned } from './pinned-root.ts';
import { type KeyClaims, verifyKey } from './verify.ts';

export type VerdictClaims = Claims<'verdict+jwt'>;

export interface VerifyVerdictOptions extends Pinned {
  /** Nonce of the request: `call('check-validity', …, { nonce })` */
  readonly nonce: string;
  /** Calling application: `application:<org>/<application>` */
  readonly audience: string;
  /** The checked key, or its claims if it was verified before. */
  readonly key: string | Pick<KeyClaims, 'jti' | 'sub'>;
  /** Seconds since 1970; `own-expiry` where the clock is less reliable than the verdict. @default the clock of this machine */
  readonly now?: number | 'own-expiry' | undefined;
}

export type UntrustedReason = 'other-audience' | 'other-nonce' | 'other-key' | 'other-org';

/** Thrown for a genuine verdict that answers another request. */
export class UntrustedVerdictError extends Error {
  readonly reason: UntrustedReason;

  constructor(reason: UntrustedReason, message: string) {
    super(message);
    this.name = 'UntrustedVerdictError';
    this.reason = reason;
  }
}

/**
 * Verifies the verdict of check-validity: signed under the pinned Root, for this caller, about this key, in answer to this
 * request. Treat a response without a valid verdict as no response.
 * @throws ChainError; UntrustedVerdictError
 */
export async function verifyVerdict(verdict: string, options: VerifyVerdictOptions): Promise<VerdictClaims> {
  const claims = await verifyStoredVerdict(verdict, options);
  if (claims.nonce !== options.nonce)
    throw new UntrustedVerdictError(
      'other-nonce',
      'The verdict answers another request: expected its nonce. It may be a replay.',
    );
  const { jti, sub } = await keyClaims(options);
  if (claims.jti !== jti || claims.sub !== sub)
    throw new UntrustedVerdictError('other-key', 'The verdict is about another key.');
  return claims;
}

/** Verifies a stored verdict, whose nonce was checked when it arrived. @throws ChainError; UntrustedVerdictError */
export async function verifyStoredVerdict(
  verdict: string,
  options: Omit<VerifyVerdictOptions, 'nonce' | 'key'>,
): Promise<VerdictClaims> {
  const { audience, now = Math.floor(Date.now() / 1000) } = options;
  const claims = await verifyChain(verdict, 'verdict+jwt', { ...chainOptions(options), at: now });
  if (claims.aud !== audience)
    throw new UntrustedVerdictError(
      'other-audience',
      `The verdict is for another application: expected ${audience}, got ${claims.aud}.`,
    );
  if (claims.iss !== `responder:${orgOf(audience)}`)
    throw new UntrustedVerdictError(
      'other-org',
      `The verdict was signed by another Org: expected responder:${orgOf(audience)}, got ${claims.iss}.`,
    );
  return claims;
}

/** Returns `hub` of `application:hub/hwf`. */
export function orgOf(audience: string): string {
  return audience.slice(audience.indexOf(':') + 1).split('/')[0] ?? '';
}

/** Returns the claims of the checked key; a forged key has none, and its verdict names none. */
async function keyClaims({ key, ...pinned }: VerifyVerdictOptions) {
  if (typeof key !== 'string') return key;
  return await verifyKey(key, { ...pinned, now: 'own-expiry' }).catch(() => ({ jti: undefined, sub: undefined }));
}
