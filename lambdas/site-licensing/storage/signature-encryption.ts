import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ivLength = 12;
const tagLength = 16;

/**
 * Encrypts the signature of a key, so that only the holder of the Idempotency-Key can get the key again: AES-256-GCM under
 * HKDF-SHA256(Idempotency-Key, salt jti). @returns iv ‖ ciphertext ‖ tag
 */
export function encryptSignature(idempotencyKey: string, jti: string, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(idempotencyKey, jti), iv);
  return new Uint8Array(Buffer.concat([iv, cipher.update(signature), cipher.final(), cipher.getAuthTag()]));
}

/** Decrypts a signature. @throws Error when it was encrypted under another Idempotency-Key or jti, or was changed */
export function decryptSignature(idempotencyKey: string, jti: string, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(idempotencyKey, jti), sealed.subarray(0, ivLength), {
    authTagLength: tagLength,
  });
  decipher.setAuthTag(sealed.subarray(-tagLength));
  return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(ivLength, -tagLength)), decipher.final()]));
}

function sealingKey(idempotencyKey: string, jti: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', idempotencyKey, jti, 'license-server sealed key v1', 32));
}
