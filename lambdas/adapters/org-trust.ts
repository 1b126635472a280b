import type { LinkType } from '../../domain/chain/levels.ts';
import type { OrgId } from '../../domain/ids.ts';
import { type OrgTrust, Stale } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { lambdaCertifier } from './certifier.ts';
import { liveLink } from './live-link.ts';
import { dynamoTrustStore } from './trust-store.ts';

/** Publishes a new Org link before the ones that still live. @throws when it does not stand under the pinned Root */
export async function adoptOrgLink(runtime: Runtime, org: OrgId, orgLink: string): Promise<void> {
  const link = await liveLink(runtime, orgLink, 'org-link+jwt');
  if (link?.sub !== `org:${org}`) throw new Error(`This is no link of Org ${org} under the pinned Root.`);
  await changeTrust(runtime, org, async trust => ({
    ...trust,
    orgLinks: await stillLive(runtime, [orgLink, ...trust.orgLinks], 'org-link+jwt'),
  }));
}

/** Makes a new responder key and publishes its link before the ones that still live. */
export async function renewResponder(runtime: Runtime, org: OrgId): Promise<void> {
  const { chain } = await lambdaCertifier(runtime).certifyResponder(org);
  await changeTrust(runtime, org, async trust => ({
    ...trust,
    responderLinks: await stillLive(runtime, [chain, ...trust.responderLinks], 'responder-link+jwt'),
  }));
}

const attempts = 5;

/** A deployment and the schedules may meet here: whoever comes second builds on what the first has recorded. */
async function changeTrust(
  runtime: Runtime,
  org: OrgId,
  change: (trust: OrgTrust) => Promise<OrgTrust>,
): Promise<void> {
  const store = dynamoTrustStore(runtime);
  for (let attempt = 1; ; attempt++) {
    const trust = (await store.findNow(org)) ?? { org, orgLinks: [], responderLinks: [], revision: 0 };
    try {
      return await store.record(await change(trust));
    } catch (error) {
      if (!(error instanceof Stale) || attempt === attempts) throw error;
    }
  }
}

async function stillLive(runtime: Runtime, chains: readonly string[], type: LinkType): Promise<string[]> {
  const live = await Promise.all(chains.map(async chain => ({ chain, link: await liveLink(runtime, chain, type) })));
  return live.filter(({ link }) => link !== undefined).map(({ chain }) => chain);
}
