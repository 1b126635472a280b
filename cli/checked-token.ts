import * as z from 'zod';
import { ChainError } from '../domain/chain/chain-error.ts';
import type { Claims, LeafClaims, PublicJwk } from '../domain/chain/levels.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { isoTime } from '../domain/kernel/time.ts';
import { refreshAfter } from '../domain/site-licensing/key-lifetime.ts';
import { checkSignature } from '../sdk/check-signature.ts';

/** What a token that verifies says, for a person and for a program. */
export interface CheckedToken {
  readonly type: string;
  readonly claims: object;
  readonly facts: Readonly<Record<string, unknown>>;
  /** a verdict may say no; a key that verifies says yes */
  readonly saysYes: boolean;
}

export interface CheckOptions {
  readonly roots: readonly PublicJwk[];
  /** seconds since 1970 */
  readonly at: number;
}

const checkedTypes = ['site-key+jwt', 'enterprise-key+jwt', 'verdict+jwt', 'application+jwt'] as const;
const Header = z.object({ typ: z.enum(checkedTypes) });

/** Verifies a key, a verdict or the token of an application down from a pinned Root, offline. @throws ChainError */
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

/** What it says it is; nothing is believed yet, the verifier is told what to expect. */
function claimedType(token: string) {
  try {
    return Header.parse(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).typ;
  } catch {
    throw new ChainError('malformed', 'it is no key, no verdict and no token of an application');
  }
}

function keyFacts(type: string, claims: LeafClaims): CheckedToken {
  const { sub, ent, app, gen, jti, iat, exp } = claims;
  const facts = {
    'key of': sub,
    enterprise: ent,
    application: app,
    ...('mode' in claims && { mode: claims.mode }),
    generation: gen,
    number: jti,
    issued: isoTime(iat),
    'refresh after': isoTime(refreshAfter(exp)),
    expires: isoTime(exp),
  };
  return { type, claims, facts, saysYes: true };
}

function verdictFacts(claims: Claims<'verdict+jwt'>): CheckedToken {
  const { valid, reason, sub, jti, mode, aud, nonce, iat, exp } = claims;
  const facts = {
    valid: valid ? 'yes' : `NO: ${reason ?? 'no reason given'}`,
    about: sub,
    number: jti,
    mode,
    for: aud,
    'answers request': nonce,
    given: isoTime(iat),
    'good until': isoTime(exp),
  };
  return { type: 'verdict+jwt', claims, facts, saysYes: valid };
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
    given: isoTime(iat),
    'good until': isoTime(exp),
  };
  return { type: 'application+jwt', claims, facts, saysYes: true };
}
