import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import { captureOutput } from '../support/output.ts';
import { startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const within = 60;

describe('what is suspended or deleted is dead everywhere within 60 s (bar R19)', () => {
  const output = captureOutput();
  let server: TestServer;
  /** checks keys on an instance that has just filled all its caches */
  let elsewhere: Client;
  let operator: Client;
  let app: Client;
  let enterpriseId: string;
  let enterpriseKey: string;
  let siteId: string;
  let key: string;
  let refs = 0;

  beforeAll(async () => {
    server = await startServer();
    const here = await startInstance(server);
    operator = here.client(server.operatorKey);
    app = here.client(server.keys.hwf);
    elsewhere = (await startInstance(server)).client(server.keys.hwf);
  });
  beforeEach(async () => {
    ({ enterpriseId, key: enterpriseKey } = await app.call('create-enterprise', {}));
    ({ siteId, key } = await app.call('create-site', { enterpriseId, siteRef: `R19-${refs++}`, state: 'active' }));
    expect(await verdicts(key, enterpriseKey)).toEqual(['valid', 'valid']);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  async function verdicts(...keys: string[]): Promise<string[]> {
    const answers = keys.map(async asked => await elsewhere.call('check-validity', { key: asked }));
    return (await Promise.all(answers)).map(({ valid, reason }) => (valid ? 'valid' : String(reason)));
  }

  /** Also what an enforcer may remember of the last good answer has ended by the time that the answer itself says. */
  it('all keys of a suspended enterprise are refused, also by an instance with warm caches', async () => {
    await operator.call('update-enterprise', { enterpriseId, status: 'suspended' });
    server.clock.at += within;
    expect(await verdicts(key, enterpriseKey)).toEqual(['suspended', 'suspended']);
    await expect(refreshElsewhere()).rejects.toMatchObject({ code: 'enterprise-suspended' });
  });

  it('a reinstated enterprise comes back', async () => {
    await operator.call('update-enterprise', { enterpriseId, status: 'suspended' });
    server.clock.at += within;
    await verdicts(key);
    await operator.call('update-enterprise', { enterpriseId, status: 'live' });
    server.clock.at += within;
    expect(await verdicts(key, enterpriseKey)).toEqual(['valid', 'valid']);
    expect((await refreshElsewhere()).generation).toBe(2);
  });

  it('another enterprise of the Org goes on', async () => {
    const other = await app.call('create-enterprise', {});
    await operator.call('update-enterprise', { enterpriseId: other.enterpriseId, status: 'suspended' });
    server.clock.at += within;
    expect(await verdicts(key, enterpriseKey)).toEqual(['valid', 'valid']);
  });

  it('a suspended site is refused at once, its enterprise goes on, and it comes back', async () => {
    await operator.call('update-site', { siteId, status: 'suspended' });
    expect(await verdicts(key, enterpriseKey)).toEqual(['suspended', 'valid']);
    await expect(refreshElsewhere()).rejects.toMatchObject({ code: 'site-suspended' });
    await operator.call('update-site', { siteId, status: 'live' });
    expect(await verdicts(key)).toEqual(['valid']);
  });

  it('a deleted site is refused at once and for good', async () => {
    await app.call('delete-site', { siteId });
    expect(await verdicts(key)).toEqual(['deleted']);
    await expect(refreshElsewhere()).rejects.toMatchObject({ code: 'site-deleted' });
    await expect(operator.call('update-site', { siteId, status: 'live' })).rejects.toMatchObject({
      code: 'site-deleted',
    });
    server.clock.at += 365 * 86_400;
    expect(await verdicts(key)).toEqual(['deleted']);
  });

  it('a refusal may be cached for a minute only, a verdict never past the end of the key', async () => {
    const { cacheUntil } = await elsewhere.call('check-validity', { key });
    await operator.call('update-site', { siteId, status: 'suspended' });
    const refused = await elsewhere.call('check-validity', { key });
    const cachedSeconds = (text: string) => Date.parse(text) / 1000 - server.clock.at;
    expect(cachedSeconds(cacheUntil)).toBeLessThanOrEqual(3600);
    expect(cachedSeconds(refused.cacheUntil)).toBe(60);
  });

  it('an application that was suspended is refused everywhere within 60 s', async () => {
    const { key: signingKey } = await server.register(`guest-${refs}`, { modes: ['production'] });
    const guest = (await startInstance(server)).client(signingKey);
    await guest.call('check-validity', { key });
    await operator.call('update-application', { applicationId: `guest-${refs}`, status: 'suspended' } as never);
    server.clock.at += within;
    await expect(guest.call('check-validity', { key })).rejects.toMatchObject({ code: 'application-suspended' });
  });

  async function refreshElsewhere() {
    return await elsewhere.call('refresh-key', { siteId, key });
  }
});
