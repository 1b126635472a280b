import { decodeBase64url } from '../kernel/base64url.ts';

/** Returns the type that a token claims. It is unverified: pass it to the verifier as the expected type. */
export function claimedKeyType(token: string): 'site-key+jwt' | 'enterprise-key+jwt' {
  const bytes = decodeBase64url(token.slice(0, Math.max(0, token.indexOf('.'))));
  return bytes && new TextDecoder().decode(bytes).includes('"enterprise-key+jwt"')
    ? 'enterprise-key+jwt'
    : 'site-key+jwt';
}
