import { PublicJwk } from '../domain/chain/levels.ts';
import type { ParentCache } from '../domain/chain/parent-cache.ts';
import { checkSignature } from './check-signature.ts';

/** The Root's public key as the vendor gave it to you, pinned in your configuration; several only while the Root rotates. */
export type PinnedRoot = RootJwk | readonly RootJwk[];

/** A P-256 public key as a JWK; members like `kid` and `use` are of no concern. */
export interface RootJwk {
  readonly kty: string;
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly y?: string | undefined;
}

export interface Pinned {
  readonly root: PinnedRoot;
  /** verified parents, from `createParentCache()`: with them a check costs one signature @default none are kept */
  readonly parents?: ParentCache | undefined;
}

/** What the verifier of chains wants to be told. */
export function chainOptions({ root, parents }: Pinned) {
  return { roots: rootsOf(root), checkSignature, ...(parents && { parents }) };
}

/** @throws TypeError which says what a Root looks like */
export function rootsOf(root: PinnedRoot): readonly PublicJwk[] {
  return [root].flat().map(jwk => {
    const known = parsed.get(jwk);
    if (known) return known;
    const { kty, crv, x, y } = Object(jwk);
    const result = PublicJwk.safeParse({ kty, crv, x, y });
    if (!result.success)
      throw new TypeError(
        'The pinned Root is not a P-256 public key as a JWK, {"kty":"EC","crv":"P-256","x":…,"y":…}: take it from where the vendor told you to, not from a server.',
      );
    parsed.set(jwk, result.data);
    return result.data;
  });
}

const parsed = new WeakMap<object, PublicJwk>();
