import * as z from 'zod';
import { PublicJwk } from '../../domain/chain/levels.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { setting } from '../environment.ts';
import type { ChainVerifier } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { checkSignature } from './check-signature.ts';
import { perRuntime } from './per-runtime.ts';

/** The Roots are pinned by deployment: nobody who can write to the table can add one. */
export const pinnedChainVerifier = perRuntime((runtime: Runtime): ChainVerifier => {
  const roots = z
    .array(PublicJwk)
    .min(1)
    .parse(JSON.parse(setting(runtime, 'ROOT_KEYS')));
  const parents = createParentCache();
  return {
    roots,
    verify: async (token, type, at) => await verifyChain(token, type, { roots, at, checkSignature, parents }),
  };
});
