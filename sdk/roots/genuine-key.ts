import { type KeyClaims, verifyKey } from '../verify.ts';
import type { KnownRoots } from './known-roots.ts';

/** What a key says that is or was genuine: its own times are not judged. @throws ChainError */
export async function genuineKey(key: string, roots: KnownRoots): Promise<KeyClaims> {
  return await roots.verify(async pinned => await verifyKey(key, { ...pinned, now: 'own-expiry' }));
}
