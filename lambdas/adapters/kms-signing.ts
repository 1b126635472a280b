import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Runtime } from '../runtime.ts';
import { clientSettings } from './client-settings.ts';
import { p1363FromDer } from './p1363-from-der.ts';
import { perRuntime } from './per-runtime.ts';

export const kms = perRuntime((runtime: Runtime) => {
  const client = new KMSClient(clientSettings);
  runtime.instrument(client.middlewareStack);
  return client;
});

/** Signs with a KMS key, RAW. @returns r‖s, as JOSE wants it (RFC 7518 section 3.4) */
export async function kmsSign(runtime: Runtime, KeyId: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const Message = new TextEncoder().encode(text);
  const { Signature } = await kms(runtime).send(
    new SignCommand({ KeyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
  );
  if (!Signature) throw new Error('KMS gave no signature');
  return p1363FromDer(Signature);
}
