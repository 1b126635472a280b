import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ApplicationJwk } from '../domain/identity/application.ts';
import { UsageError } from './exit.ts';
import { readPrivateFile } from './private-file.ts';
import { readText } from './reading.ts';

/** Reads a private key in any PEM format of openssl. @returns PKCS#8 PEM @throws UsageError */
export function readPrivateKey(path: string): string {
  if (!existsSync(path))
    throw new UsageError(`The key file ${path} does not exist. Create it by "license-server key new --out ${path}".`);
  return readKey(path, readPrivateFile(path), createPrivateKey).export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** Reads the public key of a PEM file with a private or public key. @throws UsageError */
export function readPublicJwk(path: string): ApplicationJwk {
  if (!existsSync(path)) throw new UsageError(`The key file ${path} does not exist.`);
  const jwk = ApplicationJwk.safeParse(readKey(path, readText(path), createPublicKey).export({ format: 'jwk' }));
  if (!jwk.success) throw new UsageError(`The key in ${path} is invalid: expected Ed25519 or P-256.`);
  return jwk.data;
}

/** Parses a key; omits the message of the parser, which may quote the file. */
function readKey(path: string, pem: string, parse: (pem: string) => KeyObject): KeyObject {
  try {
    return parse(pem);
  } catch {
    throw new UsageError(`The key in ${path} is invalid: expected unencrypted PEM ("-----BEGIN PRIVATE KEY-----").`);
  }
}
