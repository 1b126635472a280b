import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { PublicJwk } from '../../../domain/chain/levels.ts';
import { fixedPrivateKey, signFixed } from '../vectors/fixed-keys.ts';

/** One level's key pair, made in the test: nothing here comes from the code under test but the shape of a public key. */
export interface Pair {
  readonly privateKey: KeyObject;
  readonly jwk: PublicJwk;
  readonly kid: string;
}

export type Part = Readonly<Record<string, unknown>>;

export const now = 1_795_000_000;
export const days = 86_400;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** @param name for the same pair in each run: docs/vectors is made of such */
export function newPair(name?: string): Pair {
  const { privateKey } = name
    ? { privateKey: fixedPrivateKey(name) }
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = PublicJwk.parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  return { privateKey, jwk, kid: thumbprint(jwk) };
}

export function thumbprint({ crv, kty, x, y }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

export function encoded(part: Part | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Signs any header and any claims: a forger may write what he likes. */
export function jws(header: Part, claims: Part | string, { privateKey }: Pair): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${signFixed(privateKey, Buffer.from(input)).toString('base64url')}`;
}

export function token(typ: string, claims: Part, signer: Pair): string {
  return jws({ alg: 'ES256', typ, kid: signer.kid }, claims, signer);
}

/** The other spelling of an ECDSA signature, which verifies as well: (r, n − s). */
export function otherSpelling(signature: Uint8Array): Buffer {
  const bytes = Buffer.from(signature);
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from((n - s).toString(16).padStart(64, '0'), 'hex')]);
}

/** The same compact JWS with the other spelling of its signature. */
export function respelled(compact: string): string {
  const at = compact.lastIndexOf('.') + 1;
  return compact.slice(0, at) + otherSpelling(Buffer.from(compact.slice(at), 'base64url')).toString('base64url');
}

export const times = { iat: now - days, nbf: now - days, exp: now + 30 * days };

export const claims = {
  orgLink: (org: string, { jwk }: Pair, more: Part = {}): Part => ({
    iss: 'root',
    sub: `org:${org}`,
    ...times,
    exp: now + 700 * days,
    cnf: { jwk },
    ...more,
  }),
  successor: ({ jwk }: Pair, more: Part = {}): Part => ({
    iss: 'root',
    sub: 'root',
    ...times,
    exp: now + 300 * days,
    cnf: { jwk },
    ...more,
  }),
  enterpriseLink: (ent: string, { jwk }: Pair, more: Part = {}): Part => ({
    iss: `org:${ent.split('-')[0]}`,
    sub: `enterprise:${ent}`,
    ...times,
    exp: now + 60 * days,
    cnf: { jwk },
    ...more,
  }),
  responderLink: (org: string, { jwk }: Pair, more: Part = {}): Part => ({
    iss: `org:${org}`,
    sub: `responder:${org}`,
    ...times,
    exp: now + 14 * days,
    cnf: { jwk },
    ...more,
  }),
  siteKey: (ent: string, more: Part = {}): Part => ({
    iss: `enterprise:${ent}`,
    sub: `site:${ent}-aaaaaaaaaaaaaaaaa`,
    ...leaf(ent),
    mode: 'production',
    ...more,
  }),
  enterpriseKey: (ent: string, more: Part = {}): Part => ({
    iss: `enterprise:${ent}`,
    sub: `enterprise:${ent}`,
    ...leaf(ent),
    ...more,
  }),
  verdict: (org: string, more: Part = {}): Part => ({
    iss: `responder:${org}`,
    aud: `application:${org}/hwf`,
    nonce: 'nonce-of-the-request',
    valid: true,
    iat: now,
    nbf: now,
    exp: now + 3600,
    ...more,
  }),
  application: (org: string, more: Part = {}): Part => ({
    iss: `org:${org}`,
    sub: `application:${org}/hwf`,
    keys: [],
    policy: { enforcesFor: [], enterprises: 'all', cacheSeconds: 3600, graceSeconds: 5 * days },
    iat: now,
    nbf: now,
    exp: now + days,
    ...more,
  }),
  statement: (org: string, more: Part = {}): Part => ({
    iss: `org:${org}`,
    sub: `statement:${org}/2026-Q4/r1`,
    rules: '1',
    files: { 'statement.json': digest, 'enterprises.csv': digest, 'report.html': digest },
    iat: now,
    nbf: now,
    exp: now + 700 * days,
    ...more,
  }),
};

const digest = 'd'.repeat(43);

function leaf(ent: string): Part {
  return { org: ent.split('-')[0], ent, app: 'hwf', gen: 1, jti: 'AAAAAAAAAAAAAAAAAAAAAA', ...times };
}
