import { createHmac } from 'node:crypto';
import { type Candidate, veolia, veoliaKey } from './chain-world.ts';
import { claims, encoded, jws, newPair, type Part, thumbprint } from './chains.ts';
import { head, header, payload, signature, under } from './genuine-leaf.ts';

const headed = (more: Part, signer = veoliaKey) => under(jws({ ...header, ...more }, claims.siteKey(veolia), signer));
const attacker = newPair('attacker');

function hs256(secret: string): Candidate {
  const input = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims.siteKey(veolia))}`;
  return under(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`);
}

export const forgedAlgorithms = {
  'alg none, unsigned': under(`${encoded({ ...header, alg: 'none' })}.${payload}.`),
  'alg none with the genuine signature': under(`${encoded({ ...header, alg: 'none' })}.${payload}.${signature}`),
  'alg None': headed({ alg: 'None' }),
  'HS256 keyed with the public key as JWK': hs256(JSON.stringify(veoliaKey.jwk)),
  'HS256 keyed with the public key as its x': hs256(veoliaKey.jwk.x),
  'ES384 by name, signed as ES256': headed({ alg: 'ES384' }),
  'RS256 by name': headed({ alg: 'RS256' }),
  'no alg': under(jws({ typ: header.typ, kid: header.kid }, claims.siteKey(veolia), veoliaKey)),
  'an unsigned leaf': under(`${head}.${payload}.`),
  'a signature of zeros': under(`${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`),
  'a DER signature': under(`${head}.${payload}.${Buffer.from(`30${'00'.repeat(69)}`, 'hex').toString('base64url')}`),
};

export const forgedHeaders = {
  'a foreign kid, signed with its key': headed({ kid: attacker.kid }, attacker),
  'the genuine kid, signed with a foreign key': headed({}, attacker),
  'a foreign kid over the genuine key': headed({ kid: attacker.kid }),
  'no kid': under(jws({ alg: 'ES256', typ: header.typ }, claims.siteKey(veolia), veoliaKey)),
  'a jwk header with the attacker’s key': headed({ jwk: attacker.jwk, kid: thumbprint(attacker.jwk) }, attacker),
  'a jwk header with the genuine key': headed({ jwk: veoliaKey.jwk }),
  'a jku header': headed({ jku: 'https://attacker.example/jwks.json' }),
  'an x5u header': headed({ x5u: 'https://attacker.example/cert.pem' }),
  'an x5c header': headed({ x5c: ['MIIB'] }),
  'a crit header': headed({ crit: ['exp'] }),
  'b64 false': headed({ b64: false, crit: ['b64'] }),
  'a zip header': headed({ zip: 'DEF' }),
  'an enterprise key’s typ on a site key': headed({ typ: 'enterprise-key+jwt' }),
  'typ JWT': headed({ typ: 'JWT' }),
  'typ in upper case': headed({ typ: 'SITE-KEY+JWT' }),
  'no typ': under(jws({ alg: 'ES256', kid: header.kid }, claims.siteKey(veolia), veoliaKey)),
};
