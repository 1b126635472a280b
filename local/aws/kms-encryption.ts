import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { blob, type Operation, reading } from './json-service.ts';
import { type KmsKey, type KmsStore, keyArn } from './kms-store.ts';
import { ServiceError } from './service-error.ts';

const encryptionContext = z.record(z.string(), z.string()).default({});
const algorithm = z.literal('SYMMETRIC_DEFAULT').default('SYMMETRIC_DEFAULT');

const encrypt = z.object({
  KeyId: z.string(),
  Plaintext: blob(1, 4096),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: algorithm,
});

const decrypt = z.object({
  KeyId: z.string().optional(),
  CiphertextBlob: blob(1, 6144),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: algorithm,
});

const generateDataKey = z.object({
  KeyId: z.string(),
  KeySpec: z.literal('AES_256'),
  EncryptionContext: encryptionContext,
});

/** Returns the encryption operations; the encryption context is additional authenticated data. */
export function encryptionOperations(store: KmsStore): Record<string, Operation> {
  return {
    Encrypt: reading(encrypt, input => {
      const key = store.usable(input.KeyId, 'ENCRYPT_DECRYPT', 'Encrypt');
      const CiphertextBlob = seal(key, input.Plaintext, input.EncryptionContext).toString('base64');
      return { KeyId: keyArn(key), CiphertextBlob, EncryptionAlgorithm: input.EncryptionAlgorithm };
    }),
    Decrypt: reading(decrypt, input => {
      const key = decryptingKey(store, input.CiphertextBlob, input.KeyId);
      const Plaintext = unseal(key, input.CiphertextBlob, input.EncryptionContext).toString('base64');
      return { KeyId: keyArn(key), Plaintext, EncryptionAlgorithm: input.EncryptionAlgorithm };
    }),
    GenerateDataKey: reading(generateDataKey, input => {
      const key = store.usable(input.KeyId, 'ENCRYPT_DECRYPT', 'GenerateDataKey');
      const dataKey = randomBytes(32);
      const CiphertextBlob = seal(key, dataKey, input.EncryptionContext).toString('base64');
      return { KeyId: keyArn(key), Plaintext: dataKey.toString('base64'), CiphertextBlob };
    }),
  };
}

// A sealed blob: format (1 byte), key id (16), initialisation vector (12), tag (16), ciphertext.
const format = 1;
const keyIdEnd = 17;
const ivEnd = keyIdEnd + 12;
const tagEnd = ivEnd + 16;

function seal(key: KmsKey, plaintext: Uint8Array, context: Record<string, string>): Buffer {
  const header = Buffer.concat([Buffer.of(format), Buffer.from(key.keyId.replaceAll('-', ''), 'hex')]);
  const iv = randomBytes(ivEnd - keyIdEnd);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), iv);
  cipher.setAAD(authenticatedData(header, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), ciphertext]);
}

function unseal(key: KmsKey, sealed: Buffer, context: Record<string, string>): Buffer {
  const iv = sealed.subarray(keyIdEnd, ivEnd);
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), iv, { authTagLength: 16 });
  decipher.setAAD(authenticatedData(sealed.subarray(0, keyIdEnd), context));
  decipher.setAuthTag(sealed.subarray(ivEnd, tagEnd));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

/** Returns the additional authenticated data; the order of the context is irrelevant. */
function authenticatedData(header: Uint8Array, context: Record<string, string>): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}

function decryptingKey(store: KmsStore, sealed: Buffer, expectedKey: string | undefined): KmsKey {
  if (sealed.length < tagEnd || sealed[0] !== format) throw invalidCiphertext();
  const hex = sealed.toString('hex', 1, keyIdEnd);
  const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (expectedKey !== undefined && store.usable(expectedKey, 'ENCRYPT_DECRYPT', 'Decrypt').keyId !== keyId) {
    throw new ServiceError(
      'IncorrectKeyException',
      'The key ID in the request does not identify the key that was used',
    );
  }
  if (!store.keys.has(keyId)) {
    const message = 'The ciphertext refers to a key that does not exist, or you are not allowed to access';
    throw new ServiceError('AccessDeniedException', message);
  }
  return store.usable(keyId, 'ENCRYPT_DECRYPT', 'Decrypt');
}

function invalidCiphertext(): ServiceError {
  return new ServiceError('InvalidCiphertextException', 'The ciphertext or its encryption context is not valid');
}
