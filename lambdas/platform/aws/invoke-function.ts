import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type * as z from 'zod';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type Setting, setting } from '../kernel/settings.ts';
import { tryAgain } from './aws-fault.ts';
import { clientSettings } from './client-settings.ts';

const client = perRuntime((runtime: Runtime) => {
  const made = new LambdaClient({
    ...clientSettings(runtime, runtime.waits.functionMs),
    // The client repeats the whole request; the function must not run twice for one.
    maxAttempts: 1,
  });
  runtime.instrument(made.middlewareStack);
  return made;
});

/** Invokes another function and waits for its answer. @param name the setting that holds its name @throws unavailable when it failed */
export async function invokeFunction<S extends z.ZodType>(
  runtime: Runtime,
  name: Setting,
  event: unknown,
  answer: S,
): Promise<z.output<S>> {
  const Payload = new TextEncoder().encode(JSON.stringify(event));
  const result = await client(runtime).send(new InvokeCommand({ FunctionName: setting(runtime, name), Payload }));
  // Its own alarm shows the cause: usually a new key that is not visible everywhere in KMS yet, and a repeat succeeds.
  if (result.FunctionError) throw tryAgain();
  return answer.parse(parsed(result.Payload));
}

/** Parses the answer. A function that has not failed returns JSON: anything else was truncated. */
function parsed(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    throw tryAgain();
  }
}
