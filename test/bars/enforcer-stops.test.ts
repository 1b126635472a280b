import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { type Enforcer, newEnforcer } from '../support/clients/enforcer.ts';
import { eventually } from '../support/eventually.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261119;
const sites = 12;
const cacheSeconds = 3600;

describe(`an enforcer and licenses that end (bar R19, the client's share, seed ${seed})`, () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let enforcer: Enforcer;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    instance = await startInstance(server);
    enforcer = newEnforcer(server, instance, createMemoryStore());
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const endings = {
    'the site is suspended': async (siteId: string) => {
      await instance.client(server.operatorKey).call('update-site', { siteId, status: 'suspended' });
    },
    'the site is deleted': async (siteId: string) => {
      await instance.client(server.keys.hwf).call('delete-site', { siteId });
    },
    'the enterprise is suspended': async (_: string, enterpriseId: string) => {
      await instance.client(server.operatorKey).call('update-enterprise', { enterpriseId, status: 'suspended' });
      server.clock.at += 60;
    },
    'the key is replaced': async (siteId: string, _: string, key: string) => {
      await instance.client(server.keys.hwf).call('refresh-key', { siteId, key });
    },
  };

  it.each(Object.entries(endings))('when %s: nothing is accepted after the cached verdict ended', async (name, end) => {
    const random = seeded(seed);
    const guard = await enforcer.start();
    const app = instance.client(server.keys.hwf);
    const { enterpriseId } = await app.call('create-enterprise', {});
    const made = [];
    for (let i = 0; i < sites; i++)
      made.push(await app.call('create-site', { enterpriseId, siteRef: `${name.length}-${i}`, state: 'active' }));
    for (const { key } of made) expect(await guard.check(key)).toMatchObject({ allowed: true });
    // Some are asked about again while their verdict still counts.
    server.clock.at += random.below(cacheSeconds);
    for (const { key } of made) await guard.check(key);
    await eventually(() => enforcer.ended.length === enforcer.asked.length);
    for (const { siteId, key } of made) {
      await end(siteId, enterpriseId, key).catch(noChange);
      const until = await guard.check(key);
      if (until.allowed) expect(until.until - server.clock.at).toBeLessThanOrEqual(cacheSeconds);
    }
    server.clock.at += cacheSeconds;
    const admissions = await Promise.all(made.map(async ({ key }) => await guard.check(key)));
    expect(admissions.filter(({ allowed }) => allowed)).toEqual([]);
    for (let i = 0; i < 20; i++) {
      server.clock.at += random.below(cacheSeconds);
      for (const { key } of made) expect(await guard.check(key)).toMatchObject({ allowed: false });
    }
    // What was said to be dead does not live on in the grace.
    enforcer.online = false;
    for (let i = 0; i < 5; i++) {
      server.clock.at += cacheSeconds;
      for (const { key } of made) expect(await guard.check(key)).toMatchObject({ allowed: false });
    }
    enforcer.online = true;
  });

  it('a reinstated site comes back within a minute of the next question', async () => {
    const guard = await enforcer.start();
    const app = instance.client(server.keys.hwf);
    const operator = instance.client(server.operatorKey);
    const { enterpriseId } = await app.call('create-enterprise', {});
    const { key, siteId } = await app.call('create-site', { enterpriseId, siteRef: 'back', state: 'active' });
    await operator.call('update-site', { siteId, status: 'suspended' });
    expect(await guard.check(key)).toMatchObject({ allowed: false, reason: 'suspended' });
    await operator.call('update-site', { siteId, status: 'live' });
    server.clock.at += 60;
    expect(await guard.check(key)).toMatchObject({ allowed: true });
  });
});

/** The enterprise of the other sites is suspended already. */
function noChange(error: unknown): void {
  if (Object(error).code !== 'no-change') throw error;
}
