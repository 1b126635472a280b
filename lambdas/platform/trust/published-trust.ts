import type { PublicJwk } from '../../../domain/chain/levels.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import { isoTime, type Seconds } from '../../../domain/kernel/time.ts';
import { type KeyRole, membersOf } from '../../../domain/trust/key-ring.ts';
import { orgsOf } from '../kernel/orgs.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { pinnedChainVerifier } from './chain-verifier.ts';
import { OutdatedRootsError } from './outdated-roots.ts';
import type { OrgTrust } from './trust-store.ts';
import { dynamoTrustStore } from './trust-store.ts';
import { type VerifiedLinkText, verifyLinks } from './verify-link.ts';

interface PublicKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
}

/** Publishes the public part of the chain: Root, Orgs, responders; never the enterprises. Only verified links are published. */
export const publishedTrust = perRuntime((runtime: Runtime) => ({
  async document() {
    const trusts = await trustOfOrgs(runtime);
    return {
      roots: (await rootKeys(runtime)).map(key => sinceWhen(key, rootTimes(trusts))),
      successors: await successorsOf(runtime, trusts),
      orgs: await Promise.all(
        trusts.map(async trust => ({
          org: trust.org,
          links: [...trust.orgLinks],
          ...(trust.nextOrgLink !== undefined && { nextLink: trust.nextOrgLink }),
          keys: (await orgKeys(runtime, trust)).map(key =>
            sinceWhen(key, { current: trust.since.org, next: trust.since.nextOrg }),
          ),
          generations: { ...trust.generations, root: pinnedChainVerifier(runtime).generations },
          responderLinks: [...trust.responderLinks],
        })),
      ),
    };
  },
  async jwks() {
    const below = (await trustOfOrgs(runtime)).map(async trust => [
      ...(await orgKeys(runtime, trust)),
      ...distinct(await verifyLinks(runtime, trust.responderLinks, 'responder-link+jwt')),
    ]);
    const keys = [...(await rootKeys(runtime)), ...(await Promise.all(below)).flat()];
    return keys.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig' as const, alg: 'ES256' as const }));
  },
}));

async function trustOfOrgs(runtime: Runtime): Promise<OrgTrust[]> {
  return await Promise.all(
    orgsOf(runtime).map(async org => {
      if ((await pinnedChainVerifier(runtime).coverage(org)) === 'stale') throw new OutdatedRootsError();
      return await dynamoTrustStore(runtime).find(org);
    }),
  );
}

interface RoleKey extends PublicKey {
  readonly role: KeyRole;
}

async function rootKeys(runtime: Runtime): Promise<RoleKey[]> {
  const roots = membersOf(pinnedChainVerifier(runtime).ring);
  return await Promise.all(
    roots.map(async ({ role, member: { jwk } }) => ({ kid: await thumbprintOf(jwk), jwk, role })),
  );
}

async function orgKeys(runtime: Runtime, { orgLinks, nextOrgLink }: OrgTrust): Promise<RoleKey[]> {
  const keys = distinct(await verifyLinks(runtime, orgLinks, 'org-link+jwt'));
  const next = await verifyLinks(runtime, nextOrgLink === undefined ? [] : [nextOrgLink], 'org-link+jwt');
  return [
    ...keys.map((key, i) => ({ ...key, role: i === 0 ? ('current' as const) : ('previous' as const) })),
    ...next.map(({ link: { kid, jwk } }) => ({ kid, jwk, role: 'next' as const })),
  ];
}

async function successorsOf(runtime: Runtime, trusts: readonly OrgTrust[]) {
  const texts = trusts.flatMap(({ successors }) => successors);
  const links = await verifyLinks(runtime, texts, 'root-successor+jwt');
  const announced = links.map(({ text: announcement, link: { signedBy = '', kid } }) => ({
    announcedBy: signedBy,
    kid,
    announcement,
  }));
  // Each Org keeps an announcement of its own; one is enough.
  return [...new Map(announced.map(one => [`${one.announcedBy} ${one.kid}`, one])).values()];
}

function distinct(links: readonly VerifiedLinkText[]): PublicKey[] {
  return [...new Map(links.map(({ link: { kid, jwk } }) => [kid, { kid, jwk }])).values()];
}

/** Returns since when the Root's keys have their roles: the earliest time of all Orgs. */
function rootTimes(trusts: readonly OrgTrust[]): Times {
  const first = (times: readonly (Seconds | undefined)[]) => {
    const known = times.filter(time => time !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  };
  return {
    current: first(trusts.map(({ since }) => since.root)),
    next: first(trusts.map(({ since }) => since.nextRoot)),
  };
}

type Times = Partial<Record<KeyRole, Seconds | undefined>>;

function sinceWhen<K extends RoleKey>(key: K, times: Times) {
  const since = times[key.role];
  return { ...key, ...(since !== undefined && { since: isoTime(since) }) };
}
