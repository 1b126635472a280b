import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PublicJwk } from '../domain/chain/levels.ts';
import { thumbprintOf } from '../domain/chain/thumbprint.ts';
import { ApplicationJwk } from '../domain/identity/application.ts';
import { writeFileWhole } from './json-file.ts';

/** Credential of a caller, as in the profiles of the command line. */
export interface Credential {
  readonly name: string;
  readonly keyid: string;
  readonly pem: string;
}

/** Returns the key pair of a sample application; creates it once. */
export function sampleKey(folder: string, name: string): KeyPair {
  const path = join(folder, `${name}.pem`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileWhole(path, newKeyPair().pem);
  return keyPairOf(readFileSync(path, 'utf8'));
}

export interface KeyPair {
  /** PKCS#8 */
  readonly pem: string;
  readonly jwk: ApplicationJwk;
}

/** Creates an Ed25519 key pair, as an application does. */
export function newKeyPair(): KeyPair {
  return keyPairOf(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
}

function keyPairOf(pem: string): KeyPair {
  return { pem, jwk: ApplicationJwk.parse(createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' })) };
}

/** Returns the path of the file with the seconds by which the server's clock is ahead. @param folder of the keys */
export function clockFile(folder: string): string {
  return join(folder, 'clock-ahead');
}

/** Writes the files of clients: private keys, profiles, the Root to pin. Mode 0600. */
export async function writeKeyFiles(
  folder: string,
  url: string,
  root: PublicJwk,
  credentials: readonly Credential[],
): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { name, keyid, pem } of credentials) {
    writeFileWhole(join(folder, `${name}.pem`), pem);
    writeFileWhole(join(folder, `${name}.keyid`), `${keyid}\n`);
  }
  const profiles = credentials.map(({ name, keyid }) => [
    name,
    { url, keyid, keyFile: `${name}.pem`, clockFile: basename(clockFile(folder)) },
  ]);
  writeFileWhole(join(folder, 'profiles.json'), `${JSON.stringify(Object.fromEntries(profiles), undefined, 2)}\n`);
  writeFileWhole(join(folder, 'root.jwk.json'), `${JSON.stringify(root, undefined, 2)}\n`);
  writeFileWhole(join(folder, 'root.thumbprint'), `${await thumbprintOf(root)}\n`);
}
