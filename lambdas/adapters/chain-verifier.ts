import { PublicJwk } from '../../domain/chain/levels.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { membersOf, ringOf } from '../../domain/key-ring.ts';
import { setting } from '../environment.ts';
import type { ChainVerifier } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { checkSignature } from './check-signature.ts';
import { perRuntime } from './per-runtime.ts';

/**
 * The Roots are pinned by deployment: nobody who can write to the table can add one. The next one is among them before it signs, so
 * that no function meets a chain that it has not been told of yet while a deployment is under way.
 */
export const pinnedChainVerifier = perRuntime((runtime: Runtime): ChainVerifier => {
  const ring = ringOf(PublicJwk).parse(JSON.parse(setting(runtime, 'ROOT_KEYS')));
  const roots = membersOf(ring).map(({ member }) => member);
  const parents = createParentCache();
  return {
    ring,
    roots,
    verify: async (token, type, at) => await verifyChain(token, type, { roots, at, checkSignature, parents }),
  };
});
