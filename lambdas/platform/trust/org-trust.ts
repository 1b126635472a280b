import type { VerifiedLink } from '../../../domain/chain/parent-cache.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import { firstKeys, type Generations, generationsOf } from '../../../domain/trust/key-ring.ts';
import { coverageOf } from '../../../domain/trust/ring-coverage.ts';
import { retryOnConflict } from '../background/retry-on-conflict.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { lambdaCertifier } from './certifier.ts';
import { pinnedChainVerifier } from './chain-verifier.ts';
import type { CertifiedOrg } from './functions/set-up-trust/schema.ts';
import { OutdatedRootsError } from './outdated-roots.ts';
import type { OrgTrust } from './trust-store.ts';
import { dynamoTrustStore } from './trust-store.ts';
import { type VerifiedLinkText, verifyLinks, verifyStoredLink } from './verify-link.ts';

/**
 * Publishes new links of an Org before those that are still valid. Removes links of Roots and for keys that left their rings.
 * @param generations as they are deployed now @default unchanged
 * @throws Error when the link is not signed by a pinned Root
 */
export async function adoptOrgTrust(
  runtime: Runtime,
  org: OrgId,
  certified: CertifiedOrg,
  generations?: Generations,
): Promise<void> {
  const { orgLink, nextOrgLink } = certified;
  const link = await orgLinkOf(runtime, org, orgLink);
  const next = nextOrgLink === undefined ? undefined : await orgLinkOf(runtime, org, nextOrgLink);
  const kept = new Set(certified.orgKids.split(','));
  await changeTrust(runtime, org, async trust => {
    assertCurrentRoots(runtime, generations ?? trust.generations);
    const links = await verifyLinks(runtime, [orgLink, ...linksOfBefore(trust)], 'org-link+jwt');
    const published = links.filter(({ link }) => kept.has(link.kid) && link.kid !== next?.kid);
    const responders = await verifyLinks(runtime, trust.responderLinks, 'responder-link+jwt');
    const successors = await newestSuccessors(runtime, [certified.successor ?? [], trust.successors].flat());
    return {
      ...trust,
      orgLinks: published.map(({ text }) => text),
      nextOrgLink,
      successors: successors.map(({ text }) => text),
      responderLinks: responders.filter(({ link }) => kept.has(link.signedBy ?? '')).map(({ text }) => text),
      generations: generations ?? trust.generations,
      since: await timesOf(runtime, trust, { link, next, announced: certified.successor }),
    };
  });
}

/** Creates a new responder key and publishes its link before those that are still valid. */
export async function renewResponder(runtime: Runtime, org: OrgId): Promise<void> {
  const { chain } = await lambdaCertifier(runtime).certifyResponder(org);
  await changeTrust(runtime, org, async trust => {
    assertCurrentRoots(runtime, trust.generations);
    const links = await verifyLinks(runtime, [chain, ...trust.responderLinks], 'responder-link+jwt');
    return { ...trust, responderLinks: links.map(({ text }) => text) };
  });
}

/** Refuses to change links in a function that lacks a Root: it would remove the links under it. @throws OutdatedRootsError */
function assertCurrentRoots(runtime: Runtime, { root }: Generations): void {
  if (coverageOf(pinnedChainVerifier(runtime).generations, [root]) === 'stale') throw new OutdatedRootsError();
}

/** Applies a change with an optimistic lock: a deployment and a schedule may run at the same time. */
async function changeTrust(
  runtime: Runtime,
  org: OrgId,
  change: (trust: OrgTrust) => Promise<OrgTrust>,
): Promise<void> {
  const store = dynamoTrustStore(runtime);
  await retryOnConflict(async () => await store.record(await change((await store.findNow(org)) ?? noTrust(org))));
}

function noTrust(org: OrgId): OrgTrust {
  const generations = generationsOf(firstKeys, org);
  return {
    org,
    orgLinks: [],
    successors: [],
    responderLinks: [],
    generations,
    since: { root: 0, org: 0 },
    revision: 0,
  };
}

async function orgLinkOf(runtime: Runtime, org: OrgId, text: string): Promise<VerifiedLink> {
  const link = await verifyStoredLink(runtime, text, 'org-link+jwt');
  if (link?.sub !== `org:${org}`)
    throw new Error(`The link is invalid: expected a link of Org ${org} under a pinned Root.`);
  return link;
}

/** Returns the links published so far. The link over a next key stays when the key signs, since links were issued under it already. */
function linksOfBefore({ orgLinks, nextOrgLink }: OrgTrust): string[] {
  return nextOrgLink === undefined ? [...orgLinks] : [nextOrgLink, ...orgLinks];
}

/** Returns the newest announcement of each Root for each successor. */
async function newestSuccessors(runtime: Runtime, texts: readonly string[]): Promise<readonly VerifiedLinkText[]> {
  const announced = await verifyLinks(runtime, texts, 'root-successor+jwt');
  const byKeys = announced.map(one => [`${one.link.signedBy} ${one.link.kid}`, one] as const);
  return [...new Map(byKeys.toReversed()).values()].toReversed();
}

interface Now {
  readonly link: VerifiedLink;
  readonly next: VerifiedLink | undefined;
  readonly announced: string | undefined;
}

/** Returns since when each key has its role; an unchanged key keeps its time. */
async function timesOf(
  runtime: Runtime,
  { orgLinks, nextOrgLink, successors, since }: OrgTrust,
  { link, next, announced }: Now,
): Promise<OrgTrust['since']> {
  const now = runtime.now();
  const linkOf = async (text: string | undefined) =>
    text === undefined ? undefined : await verifyStoredLink(runtime, text, 'org-link+jwt');
  const [was, wasNext] = [await linkOf(orgLinks[0]), await linkOf(nextOrgLink)];
  const root = announced === undefined ? undefined : await verifyStoredLink(runtime, announced, 'root-successor+jwt');
  const known = (await verifyLinks(runtime, successors, 'root-successor+jwt')).some(one => one.link.kid === root?.kid);
  return {
    root: was?.signedBy === link.signedBy ? since.root : now,
    org: was?.kid === link.kid ? since.org : now,
    ...(next && { nextOrg: (wasNext?.kid === next.kid && since.nextOrg) || now }),
    ...(root && { nextRoot: (known && since.nextRoot) || now }),
  };
}
