import { ChainError } from '../../domain/chain/chain-error.ts';
import type { Claims, LeafType } from '../../domain/chain/levels.ts';
import type { Caller } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ChainVerifier } from '../ports.ts';
import { countForgedKey } from './telemetry.ts';

/**
 * Verifies a presented key as of its own end, so that an expired one is told from a forged one. A forged one costs no AWS request:
 * one metric on its caller. @returns undefined when it is not genuine
 */
export async function genuineClaims<T extends LeafType>(
  verifier: ChainVerifier,
  token: string,
  type: T,
  caller: Caller,
): Promise<Claims<T> | undefined> {
  try {
    return await verifier.verify(token, type, 'own-expiry');
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    countForgedKey(caller.org, caller.app);
    return undefined;
  }
}

/** @throws key-not-genuine; invalid-request when it is genuine but another's */
export async function presentedKey<T extends 'site-key+jwt' | 'enterprise-key+jwt'>(
  verifier: ChainVerifier,
  token: string,
  type: T,
  subject: string,
  caller: Caller,
): Promise<Claims<T>> {
  const claims = await genuineClaims(verifier, token, type, caller);
  if (!claims) throw new Refusal('key-not-genuine', 'The presented key was not issued by this chain of trust.');
  if (claims.sub !== subject)
    throw new Refusal('invalid-request', 'The presented key is another one.', [
      { pointer: '#/body/key', detail: `is not a key of ${subject}` },
    ]);
  return claims;
}
