import * as z from 'zod';
import { PublicJwk } from '../../../domain/chain/levels.ts';
import { createParentCache } from '../../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../../domain/chain/verify-chain.ts';
import { mapRing, membersOf, ringOf } from '../../../domain/trust/key-ring.ts';
import { coverageOf } from '../../../domain/trust/ring-coverage.ts';
import type { ChainVerifier } from '../../ports.ts';
import { checkSignature } from '../kernel/check-signature.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';
import { keyRings } from './key-ids.ts';
import { dynamoTrustStore } from './trust-store.ts';

/** As the trust set-up answers it (lambdas/trust/set-up-trust): the numbers travel with the keys. */
const RootKeys = ringOf(z.strictObject({ generation: z.int().positive(), jwk: PublicJwk }));

/**
 * The Roots are pinned by deployment: nobody who can write to the table can add one. The next one is among them before it signs, so
 * that no function meets a chain that it has not been told of yet while a deployment is under way.
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
