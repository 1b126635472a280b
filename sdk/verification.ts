// biome-ignore-all lint/performance/noBarrelFile: the entry point of a published package; bundlers take only what is used (sideEffects: false)
export { ChainError, type ChainReason } from '../domain/chain/chain-error.ts';
export { createParentCache, type ParentCache } from '../domain/chain/parent-cache.ts';
export type { Pinned, PinnedRoot, RootJwk } from './pinned-root.ts';
export {
  followRoot,
  type KeyClaims,
  type VerifyKeyOptions,
  verifyEnterpriseKey,
  verifyKey,
  verifySiteKey,
} from './verify.ts';
export {
  UntrustedVerdictError,
  type VerdictClaims,
  type VerifyVerdictOptions,
  verifyVerdict,
} from './verify-verdict.ts';
