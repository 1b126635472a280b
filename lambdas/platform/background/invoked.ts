import * as z from 'zod';
import type { Runtime } from '../kernel/runtime.ts';
import { systemRuntime } from '../kernel/system-runtime.ts';

export type Invoked<Answer> = (event: unknown) => Promise<Answer>;
export interface InvokedHandler<Answer> extends Invoked<Answer> {
  /** the same handler with another runtime, such as that of a test or of the local server */
  on(runtime: Runtime): Invoked<Answer>;
}

/** Wraps a function that AWS or another function invokes: parses its event, and makes its runtime replaceable. */
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
 * Wraps a function that CloudFormation calls during a deployment, and that schedules call later with the same properties. Deleting the
 * custom resource has no effect: what the function created stays.
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
