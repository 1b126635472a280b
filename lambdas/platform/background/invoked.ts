import * as z from 'zod';
import type { Runtime } from '../kernel/runtime.ts';
import { systemRuntime } from '../kernel/system-runtime.ts';

export type Invoked<Answer> = (event: unknown) => Promise<Answer>;
export interface InvokedHandler<Answer> extends Invoked<Answer> {
  /** the same handler in another world: a test's, the local run's */
  on(runtime: Runtime): Invoked<Answer>;
}

/** Wraps a function that AWS or another function of ours invokes: its event is parsed, its world can be replaced. */
export function invoked<S extends z.ZodType, Answer>(
  schema: S,
  handle: (event: z.output<S>, runtime: Runtime) => Promise<Answer>,
): InvokedHandler<Answer> {
  const on = (runtime: Runtime) => async (event: unknown) => await handle(schema.parse(event), runtime);
  return Object.assign(on(systemRuntime), { on });
}

const CloudFormationEvent = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.looseObject({ ServiceToken: z.unknown().optional() }),
});

/**
 * Wraps a function that CloudFormation calls when the stack is deployed, and that we call later with the same properties. What it
 * made outlives the stack's resource: deletion does nothing.
 */
export function customResource<S extends z.ZodType>(
  schema: S,
  handle: (properties: z.output<S>, runtime: Runtime) => Promise<Record<string, string | undefined>>,
): InvokedHandler<Record<string, unknown>> {
  return invoked(z.union([CloudFormationEvent, schema]), async (event, runtime): Promise<Record<string, unknown>> => {
    const deployment = CloudFormationEvent.safeParse(event);
    if (!deployment.success) return await handle(schema.parse(event), runtime);
    const { RequestType, PhysicalResourceId = 'set-up', ResourceProperties } = deployment.data;
    if (RequestType === 'Delete') return { PhysicalResourceId };
    const { ServiceToken: _ours, ...properties } = ResourceProperties;
    return { PhysicalResourceId, Data: await handle(schema.parse(properties), runtime) };
  });
}
