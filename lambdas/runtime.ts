import type { MiddlewareStack } from '@smithy/types';
import type { Seconds } from '../domain/time.ts';

/** What the outside world is to a function: its settings, its clock, its luck. Tests and the local run bring their own. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Seconds;
  random(bytes: number): Uint8Array;
  sleep(milliseconds: number): Promise<void>;
  /** Sees every AWS SDK client that is made: tests count requests and inject faults there; nothing happens in the cloud. */
  instrument<I extends object, O extends object>(stack: MiddlewareStack<I, O>): void;
}
