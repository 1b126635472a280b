import * as z from 'zod';
import { ChainError } from '../domain/chain/chain-error.ts';
import type { Claims, LeafClaims, PublicJwk } from '../domain/chain/levels.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { isoTime } from '../domain/kernel/time.ts';
import { refreshAfter } from '../domain/site-licensing/key-lifetime.ts';
import { checkSignature } from '../sdk/check-signature.ts';

/** Content of a verified token, for people (`facts`) and for programs (`claims`). */
export interface CheckedToken {
  readonly type: string;
  readonly claims: object;
  readonly facts: Readonly<Record<string, unknown>>;
  /** False for a verdict that reports an invalid key. */
  readonly isValid: boolean;
}

export interface CheckOptions {
  readonly roots: readonly PublicJwk[];
  /** Time of the verification, in seconds since 1970. */
  readonly at: number;
}

const checkedTypes = ['site-key+jwt', 'enterprise-key+jwt', 'verdict+jwt', 'application+jwt'] as const;
const Header = z.object({ typ: z.enum(checkedTypes) });

/** Verifies a key, a verdict or an application token from a pinned Root, offline. @throws ChainError */
export async function checkToken(token: string, options: CheckOptions): Promise<CheckedToken> {
  const given = { ...options, checkSignature };
  const type = claimedType(token);
  switch (type) {
    case 'site-key+jwt':
    case 'enterprise-key+jwt':
      return keyFacts(type, await verifyChain(token, type, given));
    case 'verdict+jwt':
      return verdictFacts(await verifyChain(token, type, given));
    case 'application+jwt':
      return applicationFacts(await verifyChain(token, type, given));
  }
}

/** Returns the claimed type, unverified: the verifier needs an expected type. */
function claimedType(token: string) {
  try {
    return Header.parse(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).typ;
  } catch {
    throw new ChainError('malformed', 'it is neither a key, nor a verdict, nor an application token');
  }
}

function keyFacts(type: string, claims: LeafClaims): CheckedToken {
  const { sub, ent, app, gen, jti, iat, exp } = claims;
  const facts = {
    subject: sub,
    enterprise: ent,
    application: app,
    ...('mode' in claims && { mode: claims.mode }),
    generation: gen,
    'key id': jti,
    issued: isoTime(iat),
    'refresh after': isoTime(refreshAfter(exp)),
    expires: isoTime(exp),
  };
  return { type, claims, facts, isValid: true };
}

function verdictFacts(claims: Claims<'verdict+jwt'>): CheckedToken {
  const { valid, reason, sub, jti, mode, aud, nonce, iat, exp } = claims;
  const facts = {
    valid: valid ? 'yes' : `NO: ${reason ?? 'no reason given'}`,
    subject: sub,
    'key id': jti,
    mode,
    audience: aud,
    nonce,
    issued: isoTime(iat),
    expires: isoTime(exp),
  };
  return { type: 'verdict+jwt', claims, facts, isValid: valid };
}

function applicationFacts(claims: Claims<'application+jwt'>): CheckedToken {
  const { sub, keys, policy, iat, exp } = claims;
  const facts = {
    application: sub,
    keys: keys.map(({ keyid }) => keyid),
    'enforces for': policy.enforcesFor,
    enterprises: policy.enterprises,
    'cache, seconds': policy.cacheSeconds,
    'grace, seconds': policy.graceSeconds,
    issued: isoTime(iat),
    expires: isoTime(exp),
  };
  return { type: 'application+jwt', claims, facts, isValid: true };
}
