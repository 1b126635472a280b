import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { blob, type Operation, reading } from './json-service.ts';
import { type KmsKey, type KmsStore, keyArn, keyReference, keySpecs, requireEnabled } from './kms-store.ts';
import { ServiceError } from './service-error.ts';

const signRequest = z.object({
  KeyId: keyReference,
  Message: blob(1, 4096),
  MessageType: z.enum(['RAW', 'DIGEST', 'EXTERNAL_MU']).default('RAW'),
  SigningAlgorithm: z.string(),
});

/** Returns the signing operations: ECDSA with P-256 and SHA-256, in DER as in KMS. */
export function signingOperations(store: KmsStore): Record<string, Operation> {
  return {
    GetPublicKey: reading(z.object({ KeyId: keyReference }), input => publicKeyAnswer(store.find(input.KeyId))),
    Sign: reading(signRequest, input => {
      const key = signingKey(store, input, 'Sign');
      const Signature = sign('sha256', input.Message, privateKey(key)).toString('base64');
      return { KeyId: keyArn(key), Signature, SigningAlgorithm: input.SigningAlgorithm };
    }),
    Verify: reading(signRequest.extend({ Signature: blob(1, 6144) }), input => {
      const key = signingKey(store, input, 'Verify');
      if (!verify('sha256', input.Message, createPublicKey(privateKey(key)), input.Signature)) {
        throw new ServiceError('KMSInvalidSignatureException', 'The signature does not fit the message and the key');
      }
      return { KeyId: keyArn(key), SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
    }),
  };
}

function publicKeyAnswer(key: KmsKey): object {
  if (key.spec === 'SYMMETRIC_DEFAULT') {
    throw new ServiceError('UnsupportedOperationException', `${keyArn(key)} is symmetric and has no public key.`);
  }
  requireEnabled(key);
  return {
    KeyId: keyArn(key),
    PublicKey: createPublicKey(privateKey(key)).export({ type: 'spki', format: 'der' }).toString('base64'),
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    KeyUsage: keySpecs[key.spec].usage,
    ...keySpecs[key.spec].algorithms,
  };
}

function signingKey(store: KmsStore, input: z.infer<typeof signRequest>, operationName: string): KmsKey {
  const key = store.usable(input.KeyId, 'SIGN_VERIFY', operationName);
  if (input.SigningAlgorithm !== 'ECDSA_SHA_256') {
    const message = `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ${key.spec}.`;
    throw new ServiceError('InvalidKeyUsageException', message);
  }
  if (input.MessageType !== 'RAW') {
    // node:crypto can't sign a digest; hashing it again would give signatures that differ from KMS.
    const message = `The local KMS supports MessageType RAW only, not ${input.MessageType}`;
    throw new ServiceError('UnsupportedOperationException', message);
  }
  return key;
}

function privateKey(key: KmsKey) {
  return createPrivateKey({ key: Buffer.from(key.material, 'base64'), format: 'der', type: 'pkcs8' });
}
