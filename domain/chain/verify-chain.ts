import type * as z from 'zod';
import { decodeBase64url } from '../kernel/base64url.ts';
import { ChainError } from './chain-error.ts';
import {
  type Claims,
  claimsOf,
  Header,
  type LeafType,
  type LinkType,
  levels,
  type PublicJwk,
  type SuccessorType,
  type TokenType,
} from './levels.ts';
import type { ParentCache, VerifiedLink } from './parent-cache.ts';
import { thumbprintOf } from './thumbprint.ts';

/** Checks one ES256 signature (r‖s, 64 bytes) over the bytes; may answer at once or later. */
export type CheckSignature = (
  key: PublicJwk,
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>;

export interface VerifyOptions {
  /** The Root keys that the verifier trusts; more than one only while the Root rotates. */
  readonly roots: readonly PublicJwk[];
  /** Seconds since 1970, or `own-expiry`: valid just before its expiry, so that an expired token is distinguished from a forged one */
  readonly at: number | 'own-expiry';
  readonly checkSignature: CheckSignature;
  /** Verified parents; without one every link is verified every time. */
  readonly parents?: ParentCache;
}

/** Tolerance for `nbf` in the verifier's future, since its clock may be slow. */
const skewSeconds = 60;
const maxTokenLength = 4096;
const signatureLength = 64;
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Verifies a leaf and its chain up to a pinned Root, offline: `leaf ~ parent link ~ org link`, each a compact JWS (RFC 7515).
 * @throws ChainError with the reason
 */
export async function verifyChain<T extends LeafType>(
  token: string,
  type: T,
  options: VerifyOptions,
): Promise<Claims<T>> {
  if (token.length > maxTokenLength) throw new ChainError('malformed', 'the token is too long');
  const end = token.indexOf('~');
  if (end < 0) throw new ChainError('broken-chain', 'the token has no chain');
  const leaf = parseToken(token.slice(0, end), type, claimsOf[type]());
  const parent = await verifiedLink(token.slice(end + 1), levels[type].above, options);
  await checkUnder(leaf, parent, options.checkSignature);
  const { nbf, exp } = leaf.claims;
  checkTimes(parent, options.at === 'own-expiry' ? exp - 1 : options.at);
  checkTimes({ nbf, exp }, options.at === 'own-expiry' ? exp - 1 : options.at);
  return leaf.claims;
}

/**
 * Verifies a link with all above it: `link ~ org link`, or an org link or the announcement of a successor alone.
 * @throws ChainError with the reason
 */
export async function verifyLink(
  chain: string,
  type: LinkType | SuccessorType,
  options: VerifyOptions,
): Promise<VerifiedLink> {
  const link = await verifiedLink(chain, type, options);
  checkTimes(link, options.at === 'own-expiry' ? link.exp - 1 : options.at);
  return link;
}

/** Returns the closest parent of a chain, verified with all above it; from the cache when this very text was verified before. */
async function verifiedLink(
  chain: string,
  type: LinkType | SuccessorType,
  options: VerifyOptions,
): Promise<VerifiedLink> {
  const cacheKey = `${type} ${options.roots.map(({ x, y }) => `${x}.${y}`).join()} ${chain}`;
  const known = options.parents?.find(cacheKey);
  if (known) return known;
  const end = chain.indexOf('~');
  const link = parseToken(end < 0 ? chain : chain.slice(0, end), type, claimsOf[type]());
  const { above } = levels[type];
  if ((above === 'root') !== end < 0) throw new ChainError('broken-chain', 'the chain has an invalid number of links');
  const parent =
    above === 'root'
      ? await pinnedRoot(link.kid, options.roots)
      : await verifiedLink(chain.slice(end + 1), above, options);
  await checkUnder(link, parent, options.checkSignature);
  const { sub, nbf, exp, cnf } = link.claims;
  const kid = await thumbprintOf(cnf.jwk);
  const verified = { sub, jwk: cnf.jwk, kid, signedBy: parent.kid, nbf: Math.max(nbf, parent.nbf), exp };
  options.parents?.remember(cacheKey, verified);
  return verified;
}

async function pinnedRoot(kid: string, roots: readonly PublicJwk[]): Promise<VerifiedLink> {
  for (const jwk of roots) {
    if ((await thumbprintOf(jwk)) === kid) return { sub: 'root', jwk, kid, nbf: 0, exp: Number.POSITIVE_INFINITY };
  }
  throw new ChainError('unknown-root', 'the chain does not end at a pinned Root');
}

interface ParsedToken<C> {
  readonly kid: string;
  readonly claims: C;
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

function parseToken<C>(text: string, type: TokenType, schema: z.ZodType<C>): ParsedToken<C> {
  const [header = '', payload = '', signatureText = '', ...more] = text.split('.');
  const signature = decodeBase64url(signatureText);
  if (more.length > 0 || signature?.length !== signatureLength)
    throw new ChainError('malformed', 'not a compact ES256 JWS');
  const { typ, kid } = parsePart(header, Header, 'header');
  if (typ !== type) throw new ChainError('wrong-type', `the token type is ${typ}: expected ${type}`);
  const claims = parsePart(payload, schema, 'payload');
  return { kid, claims, signed: utf8.encode(`${header}.${payload}`), signature };
}

function parsePart<C>(text: string, schema: z.ZodType<C>, part: string): C {
  const bytes = decodeBase64url(text);
  if (!bytes) throw new ChainError('malformed', `the ${part} is not canonical base64url`);
  const parsed = schema.safeParse(parseJson(bytes));
  if (!parsed.success) throw new ChainError('malformed', `the ${part} is not what this level carries`);
  return parsed.data;
}

function parseJson(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch {
    return undefined;
  }
}

async function checkUnder(
  child: ParsedToken<{ iss: string; exp: number }>,
  parent: VerifiedLink,
  checkSignature: CheckSignature,
): Promise<void> {
  if (child.kid !== parent.kid)
    throw new ChainError('broken-chain', 'it was signed by another key than the one its parent certifies');
  if (child.claims.iss !== parent.sub) throw new ChainError('broken-chain', 'its issuer is not its parent');
  if (child.claims.exp > parent.exp) throw new ChainError('outlives-parent', 'it ends after its parent');
  if (!(await checkSignature(parent.jwk, child.signed, child.signature)))
    throw new ChainError('bad-signature', 'its signature is invalid');
}

/** Compares in this direction, so that NaN is within no token's validity. */
function checkTimes({ nbf, exp }: { nbf: number; exp: number }, at: number): void {
  if (!(at >= nbf - skewSeconds)) throw new ChainError('not-yet-valid', 'it is not valid yet');
  if (!(at < exp)) throw new ChainError('expired', 'it has expired');
}
