import type { InvokedHandler } from '../lambdas/pipeline/invoked.ts';
import type { Runtime } from '../lambdas/runtime.ts';
import { streams } from '../lambdas/schedules.ts';

export type Consumer = (event: unknown) => Promise<unknown>;

/** The consumers of the table's stream, by their rows. */
export async function loadConsumers(runtime: Runtime): Promise<[id: string, consumer: Consumer][]> {
  return await Promise.all(
    Object.keys(streams).map(async (id): Promise<[string, Consumer]> => {
      const { handler }: { handler: InvokedHandler<unknown> } = await import(`../lambdas/streams/${id}/handler.ts`);
      return [id, handler.on(runtime)];
    }),
  );
}
