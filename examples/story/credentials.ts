import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PublicJwk } from '../../domain/chain/levels.ts';
import { importSigningKey, type KeyStore, type RootJwk, type SigningKey } from '../../sdk/index.ts';

export type Service = 'hwf' | 'boost';

/** Stores the signing key of each application and the token of both services, as an operator does once. */
export async function storeCredentials(stores: Readonly<Record<Service, KeyStore>>, keys: string): Promise<void> {
  const token = crypto.randomUUID();
  for (const service of ['hwf', 'boost'] as const) {
    const { keyid, pem } = credentialOf(keys, service);
    const given = { 'application-key': JSON.stringify({ keyid, privateKey: pem }), 'partner-token': token };
    for (const [name, text] of Object.entries(given))
      await stores[service].write(name, text, (await stores[service].read(name))?.version);
  }
}

const Profiles = z.record(z.string(), z.object({ keyid: z.string(), keyFile: z.string() }));

/** Reads a credential of the local server. @param keys folder of its keys and profiles */
export function credentialOf(keys: string, name: string): { keyid: string; pem: string } {
  const profile = Profiles.parse(JSON.parse(readFileSync(join(keys, 'profiles.json'), 'utf8')))[name];
  if (!profile) throw new Error(`The profile ${name} of the local server is missing.`);
  return { keyid: profile.keyid, pem: readFileSync(join(keys, profile.keyFile), 'utf8') };
}

export function rootIn(keys: string): RootJwk {
  return PublicJwk.parse(JSON.parse(readFileSync(join(keys, 'root.jwk.json'), 'utf8')));
}

export async function signingKeyOf(keys: string, name: string): Promise<SigningKey> {
  const { keyid, pem } = credentialOf(keys, name);
  return await importSigningKey(keyid, pem);
}
