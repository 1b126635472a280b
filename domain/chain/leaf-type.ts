import { decodeBase64url } from '../kernel/base64url.ts';

/** What kind of key a token says it is; nothing is believed yet, the verifier is told what to expect. */
export function claimedKeyType(token: string): 'site-key+jwt' | 'enterprise-key+jwt' {
  const bytes = decodeBase64url(token.slice(0, Math.max(0, token.indexOf('.'))));
  return bytes && new TextDecoder().decode(bytes).includes('"enterprise-key+jwt"')
    ? 'enterprise-key+jwt'
    : 'site-key+jwt';
}
