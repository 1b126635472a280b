import { claimedKeyType } from '../domain/chain/leaf-type.ts';
import type { Claims, LeafClaims } from '../domain/chain/levels.ts';
import { followSuccessors } from '../domain/chain/successors.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { chainOptions, type Pinned, type RootJwk } from './pinned-root.ts';

export interface VerifyKeyOptions extends Pinned {
  /** Seconds since 1970; `own-expiry` checks whether the key was ever valid. @default the clock of this machine */
  readonly now?: number | 'own-expiry' | undefined;
}

/** Claims of a genuine key, of a site or of an enterprise. */
export type KeyClaims = LeafClaims;

/**
 * Verifies a site key from the pinned Root, offline. Does not detect that a key was replaced, suspended or deleted later
 * (`LicenseGuard` asks the server). Also compare `org` and `app`: the key may belong to another Org or application.
 * @throws ChainError with the reason
 */
export async function verifySiteKey(key: string, options: VerifyKeyOptions): Promise<Claims<'site-key+jwt'>> {
  return await verifyChain(key, 'site-key+jwt', { ...chainOptions(options), at: timeOf(options) });
}

/** Verifies an enterprise key, as `verifySiteKey`. @throws ChainError with the reason */
export async function verifyEnterpriseKey(
  key: string,
  options: VerifyKeyOptions,
): Promise<Claims<'enterprise-key+jwt'>> {
  return await verifyChain(key, 'enterprise-key+jwt', { ...chainOptions(options), at: timeOf(options) });
}

/** Verifies a site key or an enterprise key, as `verifySiteKey`. @throws ChainError with the reason */
export async function verifyKey(key: string, options: VerifyKeyOptions): Promise<KeyClaims> {
  return await verifyChain(key, claimedKeyType(key), { ...chainOptions(options), at: timeOf(options) });
}

/**
 * Follows announcements of Roots offline, over several generations (get-trust: `successors`). Skips those that do not follow from
 * the pinned Root. Guard and keyring do this automatically.
 * @returns the pinned Root and its successors: pin these
 */
export async function followRoot(
  announcements: readonly string[],
  { root, ...options }: VerifyKeyOptions,
): Promise<readonly RootJwk[]> {
  return await followSuccessors(announcements, { ...chainOptions({ root }), at: timeOf(options) });
}

function timeOf({ now = Math.floor(Date.now() / 1000) }: Pick<VerifyKeyOptions, 'now'>): number | 'own-expiry' {
  return now;
}
