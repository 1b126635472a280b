// biome-ignore-all lint/performance/noBarrelFile: the entry point of a published package; bundlers take only what is used (sideEffects: false)
export {
  type Answer,
  type CallOptions,
  type Client,
  type ClientSettings,
  createClient,
  type Input,
  type OperationName,
} from './client.ts';
export { type Methods, methodsOf } from './methods.ts';
export { type ProblemCode, ProblemError } from './problem-error.ts';
export { ClockError } from './server-clock.ts';
export { importSigningKey, type SigningKey } from './signing-key.ts';
