import type { Instance } from './instance.ts';
import type { TestServer } from './server.ts';

/** What one worker of a test changes; no other worker does. */
export interface Worker {
  readonly server: TestServer;
  /** without faults */
  readonly healthy: Instance;
  readonly name: string;
  /** 1, 2, 3 … */
  count(): number;
  /** the same thing each time, made at the first */
  once<T>(what: string, make: () => Promise<T>): Promise<T>;
}

export function newWorker(server: TestServer, healthy: Instance, name: string): Worker {
  const made = new Map<string, Promise<unknown>>();
  let counted = 0;
  return {
    server,
    healthy,
    name,
    count: () => ++counted,
    once: async <T>(what: string, make: () => Promise<T>): Promise<T> => {
      const known = made.get(what) ?? make();
      made.set(what, known);
      return (await known) as T;
    },
  };
}
