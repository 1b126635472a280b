import type { LeafType } from '../../../domain/chain/levels.ts';
import { createParentCache, type ParentCache } from '../../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../../lambdas/platform/kernel/check-signature.ts';
import { claims, days, newPair, now, type Pair, type Part, token } from './chains.ts';

export const veolia = 'hub-aaaaaaaaaaaaaaaa';
export const suez = 'hub-bbbbbbbbbbbbbbbb';
export const stranger = 'core-cccccccccccccccc';

export const root = newPair('root');
export const otherRoot = newPair('other root');
export const hub = newPair('hub');
export const core = newPair('core');
export const responder = newPair('responder');
export const veoliaKey = newPair('enterprise a');
export const suezKey = newPair('enterprise b');
export const strangerKey = newPair('enterprise of core');

export const hubLink = token('org-link+jwt', claims.orgLink('hub', hub), root);
export const coreLink = token('org-link+jwt', claims.orgLink('core', core), root);
export const veoliaLink = token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey), hub);
export const suezLink = token('enterprise-link+jwt', claims.enterpriseLink(suez, suezKey), hub);
export const strangerLink = token('enterprise-link+jwt', claims.enterpriseLink(stranger, strangerKey), core);
export const responderLink = token('responder-link+jwt', claims.responderLink('hub', responder), hub);

const longAgo = { iat: now - 900 * days, nbf: now - 900 * days, exp: now - 200 * days };

export const leafOf = (more: Part = {}, signer: Pair = veoliaKey) =>
  token('site-key+jwt', claims.siteKey(veolia, more), signer);
export const leaf = leafOf();
export const site = `${leaf}~${veoliaLink}~${hubLink}`;

export interface Candidate {
  readonly token: string;
  readonly type?: LeafType;
  readonly at?: number | 'own-expiry';
  readonly roots?: readonly Pair[];
}

export const genuine = {
  'a site key': { token: site },
  'a site key of another enterprise': {
    token: `${token('site-key+jwt', claims.siteKey(suez), suezKey)}~${suezLink}~${hubLink}`,
  },
  'a site key of another Org': {
    token: `${token('site-key+jwt', claims.siteKey(stranger), strangerKey)}~${strangerLink}~${coreLink}`,
  },
  'an enterprise key': {
    token: `${token('enterprise-key+jwt', claims.enterpriseKey(veolia), veoliaKey)}~${veoliaLink}~${hubLink}`,
    type: 'enterprise-key+jwt',
  },
  'a verdict': {
    token: `${token('verdict+jwt', claims.verdict('hub'), responder)}~${responderLink}~${hubLink}`,
    type: 'verdict+jwt',
  },
  'an application token': {
    token: `${token('application+jwt', claims.application('hub'), hub)}~${hubLink}`,
    type: 'application+jwt',
  },
  'a statement': { token: `${token('statement+jwt', claims.statement('hub'), hub)}~${hubLink}`, type: 'statement+jwt' },
  'a statement years later, as of its own time': {
    token: `${token('statement+jwt', claims.statement('hub', longAgo), hub)}~${token('org-link+jwt', claims.orgLink('hub', hub, longAgo), root)}`,
    type: 'statement+jwt',
    at: 'own-expiry',
  },
  'a site key while the Root rotates': { token: site, roots: [otherRoot, root] },
  'a site key a minute before it begins': { token: site, at: now - 86_400 - 60 },
  'a site key in its last second': { token: site, at: now + 30 * 86_400 - 1 },
  'an expired site key, as of its own end': {
    token: `${leafOf({ exp: now - 5 })}~${veoliaLink}~${hubLink}`,
    at: 'own-expiry',
  },
} as const satisfies Record<string, Candidate>;

export async function verify(
  { token, type = 'site-key+jwt', at = now, roots = [root] }: Candidate,
  parents?: ParentCache,
) {
  const options = { roots: roots.map(({ jwk }) => jwk), at, checkSignature, ...(parents && { parents }) };
  return await verifyChain(token, type, options);
}

/** A cache that has seen every genuine chain. */
export async function warmCache(): Promise<ParentCache> {
  const cache = createParentCache();
  for (const candidate of Object.values(genuine)) await verify(candidate, cache);
  return cache;
}
