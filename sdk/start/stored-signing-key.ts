import * as z from 'zod';
import { importSigningKey, type SigningKey } from '../signing-key.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { ConfigurationError } from './configuration-error.ts';

/** The record that an application's own key pair is kept in, beside its license keys. */
const StoredSigningKey = z.object({
  keyid: z.string(),
  /** PKCS#8 PEM */
  privateKey: z.string(),
});
export type StoredSigningKey = z.infer<typeof StoredSigningKey>;

const shape = '{"keyid": as the vendor gave it, "privateKey": PKCS#8 PEM}';

/** The key that requests are signed with, from the store. @throws Misconfigured, StoreUnusable */
export async function storedSigningKey(store: KeyStore, name = 'application-key'): Promise<SigningKey> {
  const record = await store.read(name);
  const where = (await store.whereIs?.(name)) ?? `the record ${name} of the store`;
  if (!record)
    throw new ConfigurationError([
      `There is no key to sign requests with: ${where} is missing. Put ${shape} there, or mend the name, the region or the account.`,
    ]);
  try {
    const { keyid, privateKey } = StoredSigningKey.parse(JSON.parse(record.text));
    return await importSigningKey(keyid, privateKey);
  } catch {
    // Without its cause: that may quote what is to be kept secret.
    throw new ConfigurationError([`What ${where} holds is no signing key: it must be ${shape}, Ed25519 or P-256.`]);
  }
}
