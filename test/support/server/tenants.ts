import type { Client } from '../../../sdk/client.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { firstMoment } from './first-moment.ts';
import { policies, startServer, type TestServer } from './server.ts';

/** Who calls. */
export interface Tenant {
  readonly name: string;
  readonly org: string;
  readonly app: string;
  readonly role: 'application' | 'operator' | 'finance';
  readonly client: Client;
  readonly key: SigningKey;
}

/** What is aimed at: a site and an enterprise key of one application, and the names above them. */
export interface TenantResources {
  readonly owner: Tenant;
  readonly org: string;
  readonly app: string;
  /** the application that made the enterprise */
  readonly maker: string;
  readonly enterpriseId: string;
  readonly siteId: string;
  readonly siteKey: string;
  readonly enterpriseKey: string;
  /** the UTC day on which the owner has reported the site as dormant, `20261121` */
  readonly day: string;
}

export interface Tenants {
  readonly server: TestServer;
  readonly callers: readonly Tenant[];
  readonly holdings: readonly TenantResources[];
}

export const policyOf: Readonly<Record<string, { modes: ('production' | 'dev')[] }>> = {
  hwf: { ...policies.hwf, modes: ['production'] },
  boost: { ...policies.boost, modes: ['dev', 'production'] },
  lone: { modes: ['production'], ...{ createEnterprises: 100, enterprises: [] } },
  alpha: { modes: ['production'], ...{ createEnterprises: 100 } },
};

/** Three Orgs; in `hub` three applications: one enforces for another, one sees only what it made. `core` has an `hwf` of its own. */
export async function startTenants(): Promise<Tenants> {
  const server = await startServer({ orgs: ['hub', 'core', 'lab'] });
  const operators = await Promise.all(
    ['hub', 'core', 'lab'].map(async org => tenant(org, 'operator', 'operator', await server.operatorOf(org))),
  );
  const by = (org: string) => operators.find(operator => operator.org === org)?.client;
  const register = async (org: string, app: string) =>
    tenant(org, app, 'application', await server.register(app, policyOf[app] ?? {}, { by: by(org) }));
  const finance = await Promise.all(
    ['hub', 'core'].map(async org =>
      tenant(
        org,
        'finance',
        'finance',
        await server.register('finance', { modes: ['production'] }, { by: by(org), role: 'finance' }),
      ),
    ),
  );
  const hwf = tenant('hub', 'hwf', 'application', { client: server.hwf, key: server.keys.hwf });
  const boost = tenant('hub', 'boost', 'application', { client: server.boost, key: server.keys.boost });
  const others = [await register('hub', 'lone'), await register('core', 'hwf'), await register('lab', 'alpha')];
  const applications = [hwf, boost, ...others];
  const holdings = await Promise.all(applications.map(async owner => await newTenantResources(owner)));
  const [first] = holdings;
  if (!first) throw new Error('there is no holding');
  return {
    server,
    callers: [...applications, ...operators, ...finance],
    holdings: [...holdings, await newGuest(boost, first)],
  };
}

function tenant(
  org: string,
  app: string,
  role: Tenant['role'],
  { client, key }: { client: Client; key: SigningKey },
): Tenant {
  return { name: `${org}/${app}`, org, app, role, client, key };
}

async function newTenantResources(owner: Tenant): Promise<TenantResources> {
  const { enterpriseId, key: enterpriseKey } = await owner.client.call('create-enterprise', {});
  const { org, app } = owner;
  return { owner, org, app, maker: app, enterpriseId, enterpriseKey, ...(await newSite(owner, enterpriseId)) };
}

/** A site in an enterprise that another application of the Org has made. */
async function newGuest(owner: Tenant, { enterpriseId, maker }: TenantResources): Promise<TenantResources> {
  const { key: enterpriseKey } = await owner.client.call('reissue-enterprise-key', { enterpriseId });
  const { org, app } = owner;
  return { owner, org, app, maker, enterpriseId, enterpriseKey, ...(await newSite(owner, enterpriseId)) };
}

let refs = 0;
async function newSite(
  { client }: Tenant,
  enterpriseId: string,
): Promise<Pick<TenantResources, 'siteId' | 'siteKey' | 'day'>> {
  const siteRef = `R${++refs}`;
  const { siteId, key } = await client.call('create-site', {
    enterpriseId,
    siteRef,
    state: 'active',
    mode: 'production',
  });
  const { alertId = '' } = await client.call('send-alert', { siteId, reason: 'dormant', seenAt: lately() });
  return { siteId, siteKey: key, day: Buffer.from(alertId, 'base64url').toString().slice(0, 8) };
}

/** An hour before the clock of the server, which stands still. */
export function lately(): string {
  return new Date((firstMoment - 3600) * 1000).toISOString();
}

/** The same enterprise with a new site and a new enterprise key, for a change that uses them up. */
export async function freshened(holding: TenantResources): Promise<TenantResources> {
  const { owner, enterpriseId } = holding;
  const { key: enterpriseKey } = await owner.client.call('reissue-enterprise-key', { enterpriseId });
  return { ...holding, enterpriseKey, ...(await newSite(owner, enterpriseId)) };
}
