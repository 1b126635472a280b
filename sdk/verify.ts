import { claimedKeyType } from '../domain/chain/leaf-type.ts';
import type { Claims } from '../domain/chain/levels.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import type { LeafClaims } from '../domain/leaf-claims.ts';
import { chainOptions, type Pinned } from './pinned-root.ts';

export interface VerifyKeyOptions extends Pinned {
  /** seconds since 1970; `own-expiry` asks whether it was ever good @default the clock of this machine */
  readonly now?: number | 'own-expiry' | undefined;
}

/** What a genuine key says: of a site or of an enterprise. */
export type KeyClaims = LeafClaims;

/**
 * Verifies a site key down from the pinned Root, offline. It tells what was signed; whether the key was replaced, suspended or
 * deleted since, only the server knows (`LicenseGuard` asks it).
 * @throws ChainError with the reason
 */
export async function verifySiteKey(key: string, options: VerifyKeyOptions): Promise<Claims<'site-key+jwt'>> {
  return await verifyChain(key, 'site-key+jwt', { ...chainOptions(options), at: timeOf(options) });
}

/** The same for an enterprise key. @throws ChainError with the reason */
export async function verifyEnterpriseKey(
  key: string,
  options: VerifyKeyOptions,
): Promise<Claims<'enterprise-key+jwt'>> {
  return await verifyChain(key, 'enterprise-key+jwt', { ...chainOptions(options), at: timeOf(options) });
}

/** Either of them. @throws ChainError with the reason */
export async function verifyKey(key: string, options: VerifyKeyOptions): Promise<KeyClaims> {
  return await verifyChain(key, claimedKeyType(key), { ...chainOptions(options), at: timeOf(options) });
}

function timeOf({ now = Math.floor(Date.now() / 1000) }: VerifyKeyOptions): number | 'own-expiry' {
  return now;
}
