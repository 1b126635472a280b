import { encodeBase64url } from '../kernel/base64url.ts';

/** The members of a public key that its thumbprint is over. */
interface ThumbprintMembers {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
}

/** @returns the RFC 7638 thumbprint (SHA-256, base64url, 43 characters) */
export async function thumbprintOf({ crv, kty, x, y }: ThumbprintMembers): Promise<string> {
  const canonical = JSON.stringify(y === undefined ? { crv, kty, x } : { crv, kty, x, y });
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical))));
}
