import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** A public key as a JWK: Ed25519 (RFC 8037) or P-256 (RFC 7518). */
export type SignatureJwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };

const capacity = 1000;
const keys = new Map<string, KeyObject>();

/** Checks an Ed25519 signature, or an ECDSA P-256 one (r‖s) over SHA-256. Algorithms come from the key alone. */
export function checkSignature(jwk: SignatureJwk, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const key = keyOf(jwk);
  return jwk.kty === 'OKP'
    ? verify(null, bytes, key, signature)
    : verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Returns the imported key. Importing costs more than a verification, so the last 1,000 are cached. */
function keyOf(jwk: SignatureJwk): KeyObject {
  const name = `${jwk.kty} ${jwk.x} ${jwk.kty === 'EC' ? jwk.y : ''}`;
  const known = keys.get(name);
  if (known) return known;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const oldest = keys.keys().next();
  if (keys.size >= capacity && !oldest.done) keys.delete(oldest.value);
  keys.set(name, key);
  return key;
}
