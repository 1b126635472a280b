import { loadHandler } from '../lambdas/areas.ts';
import type { InvokedHandler } from '../lambdas/platform/background/invoked.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { streams } from '../lambdas/streams.ts';

export type Consumer = (event: unknown) => Promise<unknown>;

/** Loads the consumers of the table's stream, by row. */
export async function loadConsumers(runtime: Runtime): Promise<[id: string, consumer: Consumer][]> {
  return await Promise.all(
    Object.keys(streams).map(async (id): Promise<[string, Consumer]> => {
      const handler = await loadHandler<InvokedHandler<unknown>>(id);
      return [id, handler.on(runtime)];
    }),
  );
}
