import { PublicJwk } from '../domain/chain/levels.ts';
import type { ParentCache } from '../domain/chain/parent-cache.ts';
import { checkSignature } from './check-signature.ts';

/** Public key of the Root as received from the vendor, pinned in your configuration; several only while the Root rotates. */
export type PinnedRoot = RootJwk | readonly RootJwk[];

/** P-256 public key as a JWK; members such as `kid` and `use` are ignored. */
export interface RootJwk {
  readonly kty: string;
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly y?: string | undefined;
}

export interface Pinned {
  readonly root: PinnedRoot;
  /** Cache of verified parent links, from `createParentCache()`: reduces a check to one signature. @default no cache */
  readonly parents?: ParentCache | undefined;
}

/** Returns the options of the chain verification. */
export function chainOptions({ root, parents }: Pinned) {
  return { roots: rootsOf(root), checkSignature, ...(parents && { parents }) };
}

/** Parses the pinned Root. @throws TypeError with the expected format */
export function rootsOf(root: PinnedRoot): readonly PublicJwk[] {
  return [root].flat().map(jwk => {
    const known = parsed.get(jwk);
    if (known) return known;
    const { kty, crv, x, y } = Object(jwk);
    const result = PublicJwk.safeParse({ kty, crv, x, y });
    if (!result.success)
      throw new TypeError(
        'The pinned Root is invalid: expected a P-256 public key as a JWK, {"kty":"EC","crv":"P-256","x":…,"y":…}. Take it from the vendor, not from a server.',
      );
    parsed.set(jwk, result.data);
    return result.data;
  });
}

const parsed = new WeakMap<object, PublicJwk>();
