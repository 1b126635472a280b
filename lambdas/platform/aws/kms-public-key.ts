import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { PublicJwk } from '../../../domain/chain/levels.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { kms } from './kms-signing.ts';

/** Reads the public half of one of our KMS keys. @param KeyId id, ARN or alias */
export async function kmsPublicKey(runtime: Runtime, KeyId: string): Promise<PublicJwk> {
  const { PublicKey } = await kms(runtime).send(new GetPublicKeyCommand({ KeyId }));
  if (!PublicKey) throw new Error('KMS returned no public key.');
  const jwk = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }).export({ format: 'jwk' });
  return PublicJwk.parse(jwk);
}
