import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type * as z from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { type Setting, setting } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { clientSettings } from './client-settings.ts';
import { perRuntime } from './per-runtime.ts';

const client = perRuntime((runtime: Runtime) => {
  const made = new LambdaClient({
    ...clientSettings,
    // The client repeats the whole request; the function is not to run twice for one.
    maxAttempts: 1,
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: 9000 },
  });
  runtime.instrument(made.middlewareStack);
  return made;
});

/** Invokes another function of ours and waits. @param name the setting that holds its name @throws unavailable when it failed */
export async function invokeFunction<S extends z.ZodType>(
  runtime: Runtime,
  name: Setting,
  event: unknown,
  answer: S,
): Promise<z.output<S>> {
  const Payload = new TextEncoder().encode(JSON.stringify(event));
  const result = await client(runtime).send(new InvokeCommand({ FunctionName: setting(runtime, name), Payload }));
  const text = new TextDecoder().decode(result.Payload);
  // Its own alarm tells why; a key that KMS does not know everywhere yet is the usual cause, and a repeat then works.
  if (result.FunctionError) throw new Refusal('unavailable', 'Try again in a few seconds.');
  return answer.parse(JSON.parse(text));
}
