import { encodeBase64url } from './base64url.ts';
import type { PublicJwk } from './levels.ts';

/** @returns the RFC 7638 thumbprint (SHA-256, base64url, 43 characters) */
export async function thumbprintOf(jwk: PublicJwk): Promise<string> {
  const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical))));
}
