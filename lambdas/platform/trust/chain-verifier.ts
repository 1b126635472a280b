import * as z from 'zod';
import type { Claims, LeafType } from '../../../domain/chain/levels.ts';
import { PublicJwk } from '../../../domain/chain/levels.ts';
import { createParentCache } from '../../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../../domain/chain/verify-chain.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import type { KeyRing, Ring } from '../../../domain/trust/key-ring.ts';
import { mapRing, membersOf, ringOf } from '../../../domain/trust/key-ring.ts';
import type { RingCoverage } from '../../../domain/trust/ring-coverage.ts';
import { coverageOf } from '../../../domain/trust/ring-coverage.ts';
import { checkSignature } from '../kernel/check-signature.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';
import { keyRings } from './key-ids.ts';
import { dynamoTrustStore } from './trust-store.ts';

/** A Root that a function pins, with the number of its generation. */
export interface PinnedRoot {
  readonly generation: number;
  readonly jwk: PublicJwk;
}

/** Verifies presented keys under the pinned Roots. */
export interface ChainVerifier {
  readonly ring: Ring<PinnedRoot>;
  readonly generations: KeyRing;
  readonly roots: readonly PublicJwk[];
  /** compares the pinned generations with those of the template and of the Org's record, which is read every 5 minutes */
  coverage(org: OrgId): Promise<RingCoverage>;
  verify<T extends LeafType>(token: string, type: T, at: Seconds | 'own-expiry'): Promise<Claims<T>>;
}

/** The answer of the trust set-up (functions/set-up-trust): keys with their generations. */
const RootKeys = ringOf(z.strictObject({ generation: z.int().positive(), jwk: PublicJwk }));

/**
 * Verifies under the Roots that the deployment pins: write access to the table cannot add one. The next Root is pinned before it
 * signs, so that every function knows it while a deployment is in progress.
 */
export const pinnedChainVerifier = perRuntime((runtime: Runtime): ChainVerifier => {
  const ring = RootKeys.parse(JSON.parse(setting(runtime, 'ROOT_KEYS')));
  const generations = mapRing(ring, ({ generation }) => generation);
  const roots = membersOf(ring).map(({ member }) => member.jwk);
  const parents = createParentCache();
  return {
    ring,
    generations,
    roots,
    async coverage(org) {
      const recorded = (await dynamoTrustStore(runtime).find(org)).generations.root;
      return coverageOf(generations, [keyRings(runtime).root, recorded]);
    },
    verify: async (token, type, at) => await verifyChain(token, type, { roots, at, checkSignature, parents }),
  };
});
