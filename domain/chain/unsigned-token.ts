import { encodeBase64url } from '../kernel/base64url.ts';
import type { Claims, TokenType } from './levels.ts';

const utf8 = new TextEncoder();

/** Returns the signing input of a compact JWS (RFC 7515 section 5.1): `header.payload`. */
export function unsignedToken<T extends TokenType>(typ: T, kid: string, claims: Claims<T>): string {
  return `${encoded({ alg: 'ES256', typ, kid })}.${encoded(claims)}`;
}

function encoded(part: object): string {
  return encodeBase64url(utf8.encode(JSON.stringify(part)));
}
