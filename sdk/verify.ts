import { claimedKeyType } from '../domain/chain/leaf-type.ts';
import type { Claims, LeafClaims } from '../domain/chain/levels.ts';
import { followSuccessors } from '../domain/chain/successors.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { chainOptions, type Pinned, type RootJwk } from './pinned-root.ts';

export interface VerifyKeyOptions extends Pinned {
  /** seconds since 1970; `own-expiry` asks whether it was ever good @default the clock of this machine */
  readonly now?: number | 'own-expiry' | undefined;
}

/** What a genuine key says: of a site or of an enterprise. */
export type KeyClaims = LeafClaims;

/**
 * Verifies a site key down from the pinned Root, offline. It tells what was signed; whether the key was replaced, suspended or
 * deleted since, only the server knows (`LicenseGuard` asks it). A program that admits by it also
 * compares `org` and `app`: the key may be that of another Org, or of an application that this one does not enforce for.
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

/**
 * Follows announcements offline, over several generations (get-trust: `successors`); what does not lead on from the pinned Root is left
 * out. A guard and a keyring do this by themselves.
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
