import * as z from 'zod';
import { importSigningKey, type SigningKey } from '../signing-key.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { ConfigurationError } from './configuration-error.ts';

/** Record of an application's signing key, stored beside its license keys. */
const StoredSigningKey = z.object({
  keyid: z.string(),
  /** PKCS#8 PEM */
  privateKey: z.string(),
});
export type StoredSigningKey = z.infer<typeof StoredSigningKey>;

const shape = '{"keyid": as assigned by the vendor, "privateKey": PKCS#8 PEM}';

/** Reads the signing key of the application from the store. @throws ConfigurationError, StoreError */
export async function storedSigningKey(store: KeyStore, name = 'application-key'): Promise<SigningKey> {
  const record = await store.read(name);
  const where = (await store.locationOf?.(name)) ?? `the record ${name} of the store`;
  if (!record)
    throw new ConfigurationError([
      `The signing key is missing: expected ${shape} in ${where}. Put it there, or correct the name, the region or the account.`,
    ]);
  try {
    const { keyid, privateKey } = StoredSigningKey.parse(JSON.parse(record.text));
    return await importSigningKey(keyid, privateKey);
  } catch {
    // No `cause`: it may quote the secret.
    throw new ConfigurationError([`The signing key in ${where} is invalid: expected ${shape}, Ed25519 or P-256.`]);
  }
}
