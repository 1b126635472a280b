import {
  core,
  coreLink,
  hub,
  hubLink,
  leaf,
  leafOf,
  otherRoot,
  responder,
  responderLink,
  root,
  site,
  strangerLink,
  suez,
  suezKey,
  suezLink,
  veolia,
  veoliaKey,
  veoliaLink,
} from './chain-world.ts';
import { claims, days, jws, newPair, now, token } from './chains.ts';
import { above, under } from './genuine-leaf.ts';

const enterpriseLeaf = token('enterprise-key+jwt', claims.enterpriseKey(veolia), veoliaKey);
const crossed = newPair('crossed');
const filesSigned = Object(claims.statement('hub').files);

export const forgedLevels = {
  'swapped links': { token: `${leaf}~${hubLink}~${veoliaLink}` },
  'the leaf in the place of a link': { token: `${veoliaLink}~${leaf}~${hubLink}` },
  'a site signed by its Org': { token: `${leafOf({}, hub)}~${hubLink}` },
  'a site that says it was issued by its Org': { token: `${leafOf({ iss: 'org:hub' }, hub)}~${hubLink}` },
  'a site signed by the Root': { token: leafOf({}, root) },
  'an enterprise link signed by the Root': {
    token: `${leaf}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey), root)}`,
  },
  'an enterprise link signed by the Root, over an org link': {
    token: `${leaf}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey), root)}~${hubLink}`,
  },
  'an org link in the place of the enterprise link': { token: `${leafOf({}, hub)}~${hubLink}~${hubLink}` },
  'an Org under another Org': {
    token: `${leaf}~${veoliaLink}~${token('org-link+jwt', claims.orgLink('hub', hub), core)}~${coreLink}`,
  },
  'a genuine link, the leaf signed with another key': under(leafOf({}, suezKey)),
  'a leaf under the link of another enterprise': { token: `${leaf}~${suezLink}~${hubLink}` },
  'a leaf signed by another enterprise, under its link': { token: `${leafOf({}, suezKey)}~${suezLink}~${hubLink}` },
  'a site that another enterprise has issued': under(leafOf({ ent: suez, sub: `site:${suez}-aaaaaaaaaaaaaaaaa` })),
  'a site of one enterprise that names another': under(leafOf({ sub: `site:${suez}-aaaaaaaaaaaaaaaaa` })),
  'an enterprise link of Hub over the org link of Core': { token: `${leaf}~${veoliaLink}~${coreLink}` },
  'a leaf of Hub under the links of Core': { token: `${leaf}~${strangerLink}~${coreLink}` },
  'a leaf that names another Org than its enterprise’s': under(leafOf({ org: 'core' })),
  'an enterprise of Hub vouched for by Core': {
    token: `${leafOf({}, crossed)}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, crossed, { iss: 'org:core' }), core)}~${coreLink}`,
  },
  'a responder of Hub vouched for by Core': {
    token: `${token('verdict+jwt', claims.verdict('hub'), crossed)}~${token('responder-link+jwt', claims.responderLink('hub', crossed, { iss: 'org:core' }), core)}~${coreLink}`,
    type: 'verdict+jwt' as const,
  },
  'an application of Hub vouched for by Core': {
    token: `${token('application+jwt', claims.application('hub', { iss: 'org:core' }), core)}~${coreLink}`,
    type: 'application+jwt' as const,
  },
  'a statement of Hub vouched for by Core': {
    token: `${token('statement+jwt', claims.statement('hub', { iss: 'org:core' }), core)}~${coreLink}`,
    type: 'statement+jwt' as const,
  },
  'a statement signed by an enterprise': {
    token: `${token('statement+jwt', claims.statement('hub'), veoliaKey)}~${above}`,
    type: 'statement+jwt' as const,
  },
  'a statement with one file more': {
    token: `${token('statement+jwt', claims.statement('hub', { files: { ...filesSigned, 'extra.txt': 'd'.repeat(43) } }), hub)}~${hubLink}`,
    type: 'statement+jwt' as const,
  },
  'a statement with one file less': {
    token: `${token('statement+jwt', claims.statement('hub', { files: { 'statement.json': 'd'.repeat(43) } }), hub)}~${hubLink}`,
    type: 'statement+jwt' as const,
  },
  'an application token as a statement': {
    token: `${token('application+jwt', claims.application('hub'), hub)}~${hubLink}`,
    type: 'statement+jwt' as const,
  },
  'a responder link over a site key': { token: `${leafOf({}, responder)}~${responderLink}~${hubLink}` },
  'a site key that the responder issued by name': {
    token: `${leafOf({ iss: 'responder:hub' }, responder)}~${responderLink}~${hubLink}`,
  },
  'a verdict signed by the enterprise': {
    token: `${token('verdict+jwt', claims.verdict('hub'), veoliaKey)}~${above}`,
    type: 'verdict+jwt' as const,
  },
  'an enterprise key as a site key': under(enterpriseLeaf),
  'a site key as an enterprise key': { token: site, type: 'enterprise-key+jwt' as const },
  'an enterprise key’s claims under a site key’s typ': under(
    token('site-key+jwt', claims.enterpriseKey(veolia), veoliaKey),
  ),
  'a link as a key': { token: above },
  'another Root': { token: site, roots: [otherRoot] },
  'an org link signed by another Root under the pinned kid': {
    token: `${leaf}~${veoliaLink}~${jws({ alg: 'ES256', typ: 'org-link+jwt', kid: root.kid }, claims.orgLink('hub', hub), otherRoot)}`,
  },
  'no Root': { token: site, roots: [] },
};

const expiredHub = token('org-link+jwt', claims.orgLink('hub', hub, { exp: now - 1 }), root);
const lateHub = token('org-link+jwt', claims.orgLink('hub', hub, { nbf: now + 3600 }), root);
const expiredVeolia = token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { exp: now - 1 }), hub);
const lateVeolia = token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { nbf: now + 3600 }), hub);
const longVeolia = token(
  'enterprise-link+jwt',
  claims.enterpriseLink(veolia, veoliaKey, { exp: now + 701 * days }),
  hub,
);

export const forgedLifetimes = {
  'an expired leaf': under(leafOf({ exp: now - 1 })),
  'a leaf that ends this second': under(leafOf({ exp: now })),
  'a leaf that begins in 61 s': under(leafOf({ nbf: now + 61 })),
  'an expired enterprise link': { token: `${leaf}~${expiredVeolia}~${hubLink}` },
  'an expired enterprise link under a leaf that ended before it': {
    token: `${leafOf({ exp: now - 2 })}~${expiredVeolia}~${hubLink}`,
  },
  'an expired org link': { token: `${leafOf({ exp: now - 3 })}~${expiredVeolia}~${expiredHub}` },
  'an enterprise link that begins in an hour': { token: `${leaf}~${lateVeolia}~${hubLink}` },
  'an org link that begins in an hour': { token: `${leaf}~${veoliaLink}~${lateHub}` },
  'a leaf that outlives its link by a second': under(leafOf({ exp: now + 60 * days + 1 })),
  'an enterprise link that outlives its Org': { token: `${leaf}~${longVeolia}~${hubLink}` },
  'an expired leaf that outlived its link, as of its own end': {
    token: `${leafOf({ exp: now - 1 })}~${token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { exp: now - 100 }), hub)}~${hubLink}`,
    at: 'own-expiry' as const,
  },
};
