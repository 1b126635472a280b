import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PublicJwk } from '../../domain/chain/levels.ts';
import { importSigningKey, type KeyStore, type RootJwk, type SigningKey } from '../../sdk/index.ts';

export type Service = 'hwf' | 'boost';

/** What a person does once: the application's own key pair into its store, and the token that both services share. */
export async function giveCredentials(stores: Readonly<Record<Service, KeyStore>>, keys: string): Promise<void> {
  const token = crypto.randomUUID();
  for (const service of ['hwf', 'boost'] as const) {
    const { keyid, pem } = credentialOf(keys, service);
    const given = { 'application-key': JSON.stringify({ keyid, privateKey: pem }), 'partner-token': token };
    for (const [name, text] of Object.entries(given))
      await stores[service].write(name, text, (await stores[service].read(name))?.version);
  }
}

const Profiles = z.record(z.string(), z.object({ keyid: z.string(), keyFile: z.string() }));

/** @param keys the folder in which the local server leaves keys and profiles */
export function credentialOf(keys: string, name: string): { keyid: string; pem: string } {
  const profile = Profiles.parse(JSON.parse(readFileSync(join(keys, 'profiles.json'), 'utf8')))[name];
  if (!profile) throw new Error(`The local server has no profile ${name}.`);
  return { keyid: profile.keyid, pem: readFileSync(join(keys, profile.keyFile), 'utf8') };
}

export function rootIn(keys: string): RootJwk {
  return PublicJwk.parse(JSON.parse(readFileSync(join(keys, 'root.jwk.json'), 'utf8')));
}

export async function signingKeyOf(keys: string, name: string): Promise<SigningKey> {
  const { keyid, pem } = credentialOf(keys, name);
  return await importSigningKey(keyid, pem);
}
