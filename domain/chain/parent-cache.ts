import type { PublicJwk } from './levels.ts';

/** A parent whose signature was verified. Its times are checked on every use; they include those of its own parents. */
export interface VerifiedLink {
  readonly sub: string;
  readonly jwk: PublicJwk;
  readonly kid: string;
  /** `kid` of the key that signed it; a Root has none above it */
  readonly signedBy?: string | undefined;
  readonly nbf: number;
  readonly exp: number;
}

/**
 * Remembers verified parents by their exact text and the Root above them, so that a check costs one signature. Text, not
 * thumbprints: two texts with one thumbprint path may differ in their times, and only one of them was verified.
 */
export interface ParentCache {
  find(key: string): VerifiedLink | undefined;
  remember(key: string, link: VerifiedLink): void;
}

/** @param capacity the least recently used parent makes room @default 1000 */
export function createParentCache(capacity = 1000): ParentCache {
  const links = new Map<string, VerifiedLink>();
  return {
    find(key) {
      const link = links.get(key);
      if (link) {
        links.delete(key);
        links.set(key, link);
      }
      return link;
    },
    remember(key, link) {
      const oldest = links.keys().next();
      if (links.size >= capacity && !oldest.done) links.delete(oldest.value);
      links.set(key, link);
    },
  };
}
