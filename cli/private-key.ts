import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ApplicationJwk } from '../domain/identity/application.ts';
import { UsageError } from './exit.ts';
import { readPrivateFile } from './private-file.ts';
import { readText } from './reading.ts';

/** @returns PKCS#8 PEM, whatever PEM openssl wrote @throws UsageError */
export function readPrivateKey(path: string): string {
  if (!existsSync(path))
    throw new UsageError(`There is no key file ${path}: "license-server key new --out ${path}" makes one.`);
  return readKey(path, readPrivateFile(path), createPrivateKey).export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** The public half of a PEM file with a private or a public key. @throws UsageError */
export function readPublicJwk(path: string): ApplicationJwk {
  if (!existsSync(path)) throw new UsageError(`There is no key file ${path}.`);
  const jwk = ApplicationJwk.safeParse(readKey(path, readText(path), createPublicKey).export({ format: 'jwk' }));
  if (!jwk.success) throw new UsageError(`${path} holds neither an Ed25519 nor a P-256 key.`);
  return jwk.data;
}

/** The parser's own message is left out: it may quote the file. */
function readKey(path: string, pem: string, parse: (pem: string) => KeyObject): KeyObject {
  try {
    return parse(pem);
  } catch {
    throw new UsageError(`${path} holds no unencrypted key in PEM ("-----BEGIN PRIVATE KEY-----").`);
  }
}
