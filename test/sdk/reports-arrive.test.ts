import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import { createReporter } from '../../sdk/reporter/reporter.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { letPass, newEnforcer } from '../support/clients/enforcer.ts';
import { captureOutput } from '../support/output.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

describe('what the client library tells the vendor, at the server', () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    instance = await startInstance(server);
    ({ enterpriseId } = await instance.client(server.keys.hwf).call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('an invalid key that an enforcer has seen, with the number of times, a site key or an enterprise key', async () => {
    const app = instance.client(server.keys.hwf);
    const operator = instance.client(server.operatorKey);
    const troubles: unknown[] = [];
    const guard = await newEnforcer(server, instance).start({ onError: error => troubles.push(error) });
    const { siteId, key } = await app.call('create-site', { enterpriseId, siteRef: 'ALERT', state: 'active' });
    const customer = await instance.client(server.keys.boost).call('create-enterprise', {});
    await operator.call('update-site', { siteId, status: 'suspended' });
    await operator.call('update-enterprise', { enterpriseId: customer.enterpriseId, status: 'suspended' });
    server.clock.at += 60;
    for (let i = 0; i < 10; i++) for (const one of [key, customer.key]) await guard.check(one);
    await guard.close();
    const subjects = [`site:${siteId}`, `enterprise-key:${customer.enterpriseId}/boost`];
    const alerts = await ledgerOf(server).all(`N#hub#${dayOf(server.clock.at)}`);
    for (const subject of subjects)
      expect(alerts.find(({ sk }) => sk === `suspended#${subject}`)).toMatchObject({ times: 10 });
    expect(troubles).toEqual([]);
  });

  it('the numbers of a quarter, once, when it has ended', async () => {
    const store = createMemoryStore();
    const reporter = createReporter({
      client: instance.client(server.keys.hwf),
      store,
      count: {
        sites: () => ({ production: 1, dev: 0, proxy: 0 }),
        enterprises: () => 1,
        perEnterprise: () => [{ enterpriseId, production: 1, configurationUsers: 3 }],
        users: () => ({ enterpriseAdmins: 1, plantUsers: 2, demoUsers: 0 }),
        applicationAdmins: () => [{ name: 'A. Admin', email: 'admin@example.com' }],
      },
    });
    const quarter = quarterOf(server.clock.at);
    await letPass(server, quarterEnds(quarter) - server.clock.at + 3600);
    await reporter.reportDue();
    await reporter.reportDue();
    expect((await store.read('reports/manifest'))?.text).toBe(JSON.stringify({ done: quarter }));
    const manifest = await ledgerOf(server).get({ pk: `Q#hub#${quarter}`, sk: 'M#hwf' });
    expect(manifest).toMatchObject({ revision: 1 });
  });
});
