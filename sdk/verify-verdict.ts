import type { Claims } from '../domain/chain/levels.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { chainOptions, type Pinned } from './pinned-root.ts';
import { type KeyClaims, verifyKey } from './verify.ts';

export type VerdictClaims = Claims<'verdict+jwt'>;

export interface VerifyVerdictOptions extends Pinned {
  /** of the request that asked: `call('check-validity', …, { nonce })` */
  readonly nonce: string;
  /** who asked: `application:<org>/<application>` */
  readonly audience: string;
  /** what was asked about: the key, or what it says when it was verified before */
  readonly key: string | Pick<KeyClaims, 'jti' | 'sub'>;
  /** seconds since 1970; `own-expiry` for a clock that knows less than the verdict @default the clock of this machine */
  readonly now?: number | 'own-expiry' | undefined;
}

export type UntrustedReason = 'other-audience' | 'other-nonce' | 'other-key' | 'other-org';

/** A genuine verdict, but to another question. */
export class UntrustedVerdictError extends Error {
  readonly reason: UntrustedReason;

  constructor(reason: UntrustedReason, message: string) {
    super(message);
    this.name = 'UntrustedVerdict';
    this.reason = reason;
  }
}

/**
 * Verifies the verdict of check-validity: signed under the pinned Root, for this asker, about this key, the answer to this very
 * request. An answer without a good verdict is no answer.
 * @throws ChainError; UntrustedVerdict
 */
export async function verifyVerdict(verdict: string, options: VerifyVerdictOptions): Promise<VerdictClaims> {
  const claims = await verifyStoredVerdict(verdict, options);
  if (claims.nonce !== options.nonce)
    throw new UntrustedVerdictError('other-nonce', 'The verdict answers another request: somebody repeats an old one.');
  const { jti, sub } = await keyClaims(options);
  if (claims.jti !== jti || claims.sub !== sub)
    throw new UntrustedVerdictError('other-key', 'The verdict is about another key.');
  return claims;
}

/** A verdict that was verified when it came, and kept since: its request is over. @throws ChainError; UntrustedVerdict */
export async function verifyStoredVerdict(
  verdict: string,
  options: Omit<VerifyVerdictOptions, 'nonce' | 'key'>,
): Promise<VerdictClaims> {
  const { audience, now = Math.floor(Date.now() / 1000) } = options;
  const claims = await verifyChain(verdict, 'verdict+jwt', { ...chainOptions(options), at: now });
  if (claims.aud !== audience) throw new UntrustedVerdictError('other-audience', `The verdict is for ${claims.aud}.`);
  if (claims.iss !== `responder:${orgOf(audience)}`)
    throw new UntrustedVerdictError('other-org', `The verdict was signed by ${claims.iss}.`);
  return claims;
}

/** @returns `hub` of `application:hub/hwf` */
export function orgOf(audience: string): string {
  return audience.slice(audience.indexOf(':') + 1).split('/')[0] ?? '';
}

/** A forged key has no claims, and its verdict says nothing but that. */
async function keyClaims({ key, ...pinned }: VerifyVerdictOptions) {
  if (typeof key !== 'string') return key;
  return await verifyKey(key, { ...pinned, now: 'own-expiry' }).catch(() => ({ jti: undefined, sub: undefined }));
}
