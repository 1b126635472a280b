import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Runtime } from './runtime.ts';

/** The runtime of a deployed function. */
export const systemRuntime: Runtime = {
  env: process.env,
  now: () => Math.floor(Date.now() / 1000),
  random: bytes => new Uint8Array(randomBytes(bytes)),
  sleep: async milliseconds => {
    await setTimeout(milliseconds);
  },
  // Short, so that a caller gets `unavailable` inside API Gateway's 29 seconds.
  waits: { connectMs: 1000, answerMs: 2000, functionMs: 9000 },
  instrument: () => {},
};
