import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../../support/server/server.ts';

describe('the request pipeline', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => await server.close());

  it('creates an enterprise, a site, refreshes its key and checks it', async () => {
    const { hwf } = server;
    const enterprise = await hwf.call('create-enterprise', {});
    const site = await hwf.call('create-site', {
      enterpriseId: enterprise.enterpriseId,
      siteRef: 'ABC123',
      state: 'active',
    });
    const before = await hwf.call('check-validity', { key: site.key });
    const next = await hwf.call('refresh-key', { siteId: site.siteId, key: site.key });
    const old = await hwf.call('check-validity', { key: site.key });
    const fresh = await hwf.call('check-validity', { key: next.key });
    expect(before).toMatchObject({ valid: true });
    expect(old).toMatchObject({ valid: false, reason: 'key-superseded' });
    expect(fresh).toMatchObject({ valid: true, mode: 'production' });
  });
});
