import { type KeyClaims, verifyKey } from '../verify.ts';
import type { KnownRoots } from './known-roots.ts';

/** Returns the claims of a key that is or was genuine; its own times are not checked. @throws ChainError */
export async function genuineKey(key: string, roots: KnownRoots): Promise<KeyClaims> {
  return await roots.verify(async pinned => await verifyKey(key, { ...pinned, now: 'own-expiry' }));
}
