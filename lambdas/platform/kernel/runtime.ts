import type { MiddlewareStack } from '@smithy/types';
import type { Seconds } from '../../../domain/kernel/time.ts';

/** The environment of a function: settings, clock, randomness, AWS clients. Tests and the local server replace it. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Seconds;
  random(bytes: number): Uint8Array;
  sleep(milliseconds: number): Promise<void>;
  readonly waits: AwsWaits;
  /** Called for every AWS SDK client: tests count requests and inject faults there; no effect in the cloud. */
  instrument<I extends object, O extends object>(stack: MiddlewareStack<I, O>): void;
}

/** How long one attempt at a request to AWS may take, in milliseconds. */
export interface AwsWaits {
  readonly connectMs: number;
  /** For an answer to begin, and for its next bytes to arrive. */
  readonly answerMs: number;
  /** The same when another function is invoked. */
  readonly functionMs: number;
}
