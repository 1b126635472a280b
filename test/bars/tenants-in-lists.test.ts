import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppId, EnterpriseId, Jti, newSiteId, orgOf, subjectOf } from '../../domain/kernel/ids.ts';
import { assertIssues } from '../../domain/site-licensing/enterprise.ts';
import { numberKey } from '../../domain/site-licensing/key-lifetime.ts';
import { siteKeyClaims } from '../../domain/site-licensing/leaf-claims.ts';
import { EmbeddedAuditEvent } from '../../lambdas/platform/audit/audit-event.ts';
import { writeAuditEvent } from '../../lambdas/platform/audit/audit-trail.ts';
import { auditSubjectOf } from '../../lambdas/platform/audit/audited-item.ts';
import { dynamoEnterprises } from '../../lambdas/site-licensing/storage/enterprises.ts';
import { kmsKeyIssuer } from '../../lambdas/site-licensing/storage/key-issuer.ts';
import { tableContent } from '../platform/request/table-content.ts';
import { startTenants, type Tenant, type TenantResources, type Tenants } from '../support/server/tenants.ts';
import { orgsTouched } from '../support/server/touched-items.ts';

describe('R18: what does not stand in the path', () => {
  let tenants: Tenants;
  const caller = (name: string): Tenant => {
    const found = tenants.callers.find(tenant => tenant.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  beforeAll(async () => {
    tenants = await startTenants();
    for (const item of Object.values(await tableContent())) {
      const about = auditSubjectOf(item);
      if (about) await writeAuditEvent(tenants.server.world.runtime, about, EmbeddedAuditEvent.parse(item));
    }
  });
  afterAll(async () => await tenants.server.close());

  it('begins a page of sites at a site of that enterprise only, and tells no other from one that is not', async () => {
    const { client } = caller('hub/boost');
    const [own] = tenants.holdings.filter(({ owner }) => owner.name === 'hub/boost');
    if (!own) throw new Error('boost holds nothing');
    const page = async (after: string) =>
      await client
        .call('list-sites', { enterpriseId: own.enterpriseId, after })
        .catch((error: unknown) => Object(error));
    const nowhere = await page('hub-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaa');
    for (const { siteId } of tenants.holdings.filter(({ enterpriseId }) => enterpriseId !== own.enterpriseId))
      expect(await page(siteId)).toMatchObject({ status: 400, code: 'invalid-request', message: nowhere.message });
  });

  it('lists the audit events of the caller’s Org, wherever a foreign page token points', async () => {
    const hub = caller('hub/operator');
    const tokens = await tokensOf(caller('core/operator'));
    expect(tokens.length).toBeGreaterThan(0);
    for (const after of tokens) {
      const from = tenants.server.meter.calls.length;
      const { events } = await hub.client.call('list-audit-events', { limit: 100, after });
      expect([...orgsTouched(tenants.server.meter.calls.slice(from))]).toEqual(['hub']);
      expect(JSON.stringify(events)).not.toMatch(/core|lab/);
    }
  });

  it('lists no audit events of what another Org’s id names, by whichever filter', async () => {
    const { client } = caller('hub/operator');
    for (const { siteId: site, enterpriseId: enterprise, app: application } of tenants.holdings.filter(foreign))
      for (const filter of [{ site }, { enterprise }, { enterprise, application }, { site, application: 'hwf' }])
        await expect(client.call('list-audit-events', filter)).rejects.toMatchObject({
          status: 404,
          code: 'not-found',
        });
  });
  const foreign = ({ org }: TenantResources) => org !== 'hub';

  it('refuses a page token of another subject’s list, which the table could not go on from', async () => {
    const hub = caller('hub/operator');
    const site = tenants.holdings[0]?.siteId;
    const others = (await tokensOf(hub)).filter(token => !Buffer.from(token, 'base64url').includes(`${site}`));
    expect(others.length).toBeGreaterThan(0);
    for (const after of others)
      await expect(hub.client.call('list-audit-events', { site, after })).rejects.toMatchObject({
        code: 'invalid-request',
      });
  });

  async function tokensOf({ client }: Tenant): Promise<string[]> {
    const tokens: string[] = [];
    for (let after: string | undefined; ; ) {
      const { next } = await client.call('list-audit-events', { limit: 1, ...(after && { after }) });
      if (!next || tokens.length >= 5) return tokens;
      tokens.push(next);
      after = next;
    }
  }

  it('knows as little of a genuine key that is not the caller’s as of one that was never recorded', async () => {
    // Finance may not ask at all, whatever the key: r18-tenants shows it.
    for (const { name, client } of tenants.callers.filter(({ role }) => role !== 'finance'))
      for (const target of tenants.holdings) {
        const answer = await client.call('check-validity', { key: target.siteKey });
        const ghost = await client.call('check-validity', { key: await unrecordedKey(target) });
        expect(ghost).toMatchObject({ valid: false, reason: 'key-unknown' });
        if (!answer.valid) expect({ name, ...answer, ...volatile }).toEqual({ name, ...ghost, ...volatile });
        const enterpriseKey = await client.call('check-validity', { key: target.enterpriseKey });
        expect({ name, valid: enterpriseKey.valid }).toEqual({ name, valid: answer.valid });
      }
  });
  const volatile = { verdict: '', siteId: '' };

  /** Signed by the enterprise's own KMS key for a site that there is not. */
  async function unrecordedKey({ enterpriseId, app }: TenantResources): Promise<string> {
    const { runtime } = tenants.server.world;
    const enterprise = await dynamoEnterprises(runtime).findNow(EnterpriseId.parse(enterpriseId));
    if (!enterprise) throw new Error('the enterprise is not there');
    const issuing = assertIssues(enterprise, runtime.now());
    const id = newSiteId(enterprise.id, runtime.random(10));
    const numbers = numberKey(subjectOf.site(id), 1, Jti.parse('A'.repeat(22)), runtime.now(), issuing.link.expiresAt);
    const site = { id, org: orgOf(id), enterprise: enterprise.id, app: AppId.parse(app), mode: 'production' } as const;
    return (await kmsKeyIssuer(runtime).issue(siteKeyClaims(site, numbers), issuing, 'x'.repeat(22))).token;
  }

  it('gives an application no key in another’s name, and does not say whether there is another', async () => {
    const { client } = caller('hub/hwf');
    const [own] = tenants.holdings;
    const ask = async (application: string) =>
      await Promise.all([
        client.call('create-enterprise', { application }).catch((error: unknown) => Object(error)),
        client
          .call('reissue-enterprise-key', { enterpriseId: own?.enterpriseId ?? '', application })
          .catch((error: unknown) => Object(error)),
      ]);
    const absent = (await ask('absent')).map(({ message }) => message);
    for (const name of ['boost', 'lone', 'operator', 'alpha'])
      for (const [i, refusal] of (await ask(name)).entries())
        expect(refusal).toMatchObject({ status: 403, code: 'not-permitted', message: absent[i] });
  });
});
