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

/** Timeouts of one attempt of a request to AWS, in milliseconds. */
export interface AwsWaits {
  readonly connectMs: number;
  /** Until the response begins, and between two parts of it. */
  readonly answerMs: number;
  /** The same when another function is invoked. */
  readonly functionMs: number;
}
