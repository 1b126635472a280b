import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { tryAgain } from './aws-fault.ts';
import { clientSettings } from './client-settings.ts';
import { p1363FromDer } from './p1363-from-der.ts';

export const kms = perRuntime((runtime: Runtime) => instrumented(runtime, new KMSClient(clientSettings(runtime))));

/** Client without retries: a CreateKey whose reply was lost would create a second key. */
export const kmsOnce = perRuntime((runtime: Runtime) =>
  instrumented(runtime, new KMSClient({ ...clientSettings(runtime), maxAttempts: 1 })),
);

function instrumented(runtime: Runtime, client: KMSClient): KMSClient {
  runtime.instrument(client.middlewareStack);
  return client;
}

/** Signs with a KMS key, RAW. @returns r‖s, as JOSE wants it (RFC 7518 section 3.4) */
export async function kmsSign(runtime: Runtime, KeyId: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const Message = new TextEncoder().encode(text);
  const command = new SignCommand({ KeyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' });
  const { Signature } = await kms(runtime).send(command).catch(notThereYet);
  if (!Signature) throw new Error('KMS returned no signature.');
  return p1363FromDer(Signature);
}

/** Converts NotFoundException: a new key may not be visible everywhere in KMS yet. @throws unavailable */
function notThereYet(error: unknown): never {
  if (error instanceof Error && error.name === 'NotFoundException') throw tryAgain();
  throw error;
}
