import { ChainError } from '../../domain/chain/chain-error.ts';
import { genuineKey } from '../roots/genuine-key.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import type { KeyClaims } from '../verify.ts';

const capacity = 2000;

/**
 * Verifies keys offline. Recent genuine keys are cached by their whole text, so that presenting one again costs no signature check.
 * Their times are not checked here.
 * @returns undefined for a forged key
 */
export function createVerifiedKeys(roots: KnownRoots): (key: string) => Promise<KeyClaims | undefined> {
  const known = new Map<string, KeyClaims>();
  return async key => {
    const claims = known.get(key);
    if (claims) return claims;
    const verified = await genuineKey(key, roots).catch(notGenuine);
    if (!verified) return undefined;
    const oldest = known.keys().next();
    if (known.size >= capacity && !oldest.done) known.delete(oldest.value);
    known.set(key, verified);
    return verified;
  };
}

function notGenuine(error: unknown): undefined {
  if (!(error instanceof ChainError)) throw error;
  return undefined;
}
