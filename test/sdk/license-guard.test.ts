import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InvalidKeyAlert } from '../../sdk/guard/key-alerts.ts';
import type { LicenseGuard } from '../../sdk/guard/license-guard.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { type Enforcer, letPass, newEnforcer } from '../support/clients/enforcer.ts';
import { eventually } from '../support/eventually.ts';
import { captureOutput } from '../support/output.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { policies, startServer, type TestServer } from '../support/server/server.ts';

const day = 86_400;
const hour = 3600;

describe('the guard of an enforcing application', () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let enforcer: Enforcer;
  let guard: LicenseGuard;
  let enterpriseId: string;
  let refs = 0;

  beforeAll(async () => {
    server = await startServer({ orgs: ['hub', 'core'] });
    server.meter.records = false;
    instance = await startInstance(server);
  });
  beforeEach(async () => {
    await letPass(server, 0);
    enforcer = newEnforcer(server, instance, createMemoryStore());
    guard = await enforcer.start();
    ({ enterpriseId } = await instance.client(server.keys.hwf).call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  async function newSite() {
    return await instance
      .client(server.keys.hwf)
      .call('create-site', { enterpriseId, siteRef: `G-${refs++}`, state: 'active' });
  }

  async function devSite() {
    const boost = instance.client(server.keys.boost);
    const { enterpriseId } = await boost.call('create-enterprise', {});
    return await boost.call('create-site', { enterpriseId, siteRef: `D-${refs++}`, state: 'active', mode: 'dev' });
  }

  const checks = () => enforcer.asked.filter(request => request === 'POST /v1/validity').length;

  it('asks once, uses the verdict while it is valid, and asks again before it expires without delaying a caller', async () => {
    const { key, siteId } = await newSite();
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'verdict', siteId, mode: 'production' });
    for (let i = 0; i < 20; i++) await guard.check(key);
    expect(checks()).toBe(1);
    server.clock.at += 0.75 * hour;
    const { until } = Object(await guard.check(key));
    await eventually(async () => Object(await guard.check(key)).until > until);
    expect(checks()).toBe(2);
    enforcer.online = false;
    server.clock.at += 0.5 * hour;
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'verdict' });
  });

  it('sends one request for a key that many ask about at once', async () => {
    const { key } = await newSite();
    const admissions = await Promise.all(Array.from({ length: 50 }, async () => await guard.check(key)));
    expect(new Set(admissions.map(({ allowed }) => allowed))).toEqual(new Set([true]));
    expect(checks()).toBe(1);
  });

  it('lets in the key of an application that it enforces for, with a watermark where it is for development', async () => {
    const { key } = await devSite();
    expect(await guard.check(key)).toMatchObject({
      allowed: true,
      application: 'boost',
      mode: 'dev',
      watermark: 'Development license: not for production use',
    });
    expect(await guard.check((await newSite()).key)).not.toHaveProperty('watermark');
  });

  it('lets in an enterprise key', async () => {
    const { enterpriseId, key } = await instance.client(server.keys.hwf).call('create-enterprise', {});
    const admission = await guard.check(key);
    expect(admission).toMatchObject({ allowed: true, enterpriseId });
    expect(admission).not.toHaveProperty('siteId');
  });

  it('refuses no key and a forged one without a request', async () => {
    const { key } = await newSite();
    expect(await guard.check(undefined)).toMatchObject({ allowed: false, reason: 'key-missing' });
    expect(await guard.check(`${key}x`)).toMatchObject({ allowed: false, reason: 'key-not-genuine' });
    expect(enforcer.asked).toEqual([]);
  });

  it('believes no answer whose verdict is missing, forged, old, or of another key', async () => {
    const [one, other] = [await newSite(), await newSite()];
    await letPass(server, 6 * day);
    const old = await enforcer.client.call('check-validity', { key: one.key });
    const others = await enforcer.client.call('check-validity', { key: other.key });
    await instance.client(server.operatorKey).call('update-site', { siteId: one.siteId, status: 'suspended' });
    const lies = { 'an unsigned one': { ...old, verdict: '' }, 'an old one': old, 'one about another key': others };
    for (const answer of [...Object.values(lies), { ...old, verdict: `${old.verdict}x` }]) {
      const client = { ...enforcer.client, call: async () => answer } as never;
      const fooled = await enforcer.start({ client });
      expect(await fooled.check(one.key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
    }
    const asksAboutTheOther = {
      ...enforcer.client,
      call: async (operation: never, _: never, options: never) =>
        await enforcer.client.call(operation, { key: other.key } as never, options),
    } as never;
    const fooled = await enforcer.start({ client: asksAboutTheOther });
    expect(await fooled.check(one.key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
  });

  it('goes on without the server for the grace, then refuses, and recovers by itself', async () => {
    const { key } = await newSite();
    await guard.check(key);
    enforcer.online = false;
    await letPass(server, 5 * day - 60);
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'grace' });
    server.clock.at += 60;
    expect(await guard.check(key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
    enforcer.online = true;
    server.clock.at += 300;
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'verdict' });
  });

  it('goes on in another process: what it knew is in its store', async () => {
    const { key } = await newSite();
    await letPass(server, 6 * day);
    await guard.check(key);
    await guard.close();
    enforcer.online = false;
    await letPass(server, 4 * day);
    expect(await (await enforcer.start()).check(key)).toMatchObject({ allowed: true, basis: 'grace' });
    expect(await (await enforcer.start({ store: undefined })).check(key)).toMatchObject({ reason: 'grace-ended' });
  });

  it('accepts a key that was issued within the grace and never asked about: the server has vouched for it then', async () => {
    const { key } = await newSite();
    enforcer.online = false;
    await letPass(server, day);
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'grace' });
  });

  it('refuses a key of another Org, and without the server those of applications that it does not enforce for', async () => {
    const core = await server.operatorOf('core');
    const other = await server.register('desk', { modes: ['production'], createEnterprises: 1 }, { by: core.client });
    const stranger = await server.register('desk', { modes: ['production'], createEnterprises: 1 });
    const keys = await Promise.all(
      [other, stranger].map(async ({ client }) => {
        const { enterpriseId, key } = await client.call('create-enterprise', {});
        const site = await client.call('create-site', { enterpriseId, siteRef: 'S', state: 'active' });
        return [key, site.key];
      }),
    );
    const unknown = { allowed: false, reason: 'key-unknown' };
    for (const key of keys.flat()) expect(await guard.check(key)).toMatchObject(unknown);
    const [boosts, own] = [await devSite(), await newSite()];
    await guard.check(own.key);
    await eventually(() => enforcer.ended.includes('GET /v1/applications/self'));
    await guard.close();
    enforcer.online = false;
    const restarted = await enforcer.start();
    for (const key of keys.flat()) expect(await restarted.check(key)).toMatchObject(unknown);
    for (const { key } of [boosts, await newSite()])
      expect(await restarted.check(key)).toMatchObject({ allowed: true, basis: 'grace' });
    const forgetful = await enforcer.start({ store: undefined });
    expect(await forgetful.check(boosts.key)).toMatchObject(unknown);
    expect(await forgetful.check(own.key)).toMatchObject({ allowed: true, basis: 'grace' });
  });

  it('takes the limits of the policy where they are narrower than its own', async () => {
    const operator = instance.client(server.operatorKey);
    const policyOf = async (graceSeconds: number) =>
      await operator.call('update-application', {
        applicationId: 'hwf',
        policy: { ...policies.hwf, modes: ['production'], enforcesFor: ['boost'], graceSeconds },
      } as never);
    await policyOf(hour);
    const { key } = await newSite();
    await guard.check(key);
    await eventually(() => enforcer.ended.includes('GET /v1/applications/self'));
    await policyOf(5 * day);
    enforcer.online = false;
    server.clock.at += hour + 60;
    await eventually(async () => !(await guard.check(key)).allowed);
    expect(await guard.check(key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
  });

  it('keeps a dead key dead while the server is away', async () => {
    const { key, siteId } = await newSite();
    await instance.client(server.operatorKey).call('update-site', { siteId, status: 'suspended' });
    expect(await guard.check(key)).toMatchObject({ allowed: false, reason: 'suspended' });
    enforcer.online = false;
    server.clock.at += hour;
    expect(await guard.check(key)).toMatchObject({ allowed: false, reason: 'suspended' });
  });

  it('decides without a server that is too slow', async () => {
    const { key } = await newSite();
    const slow = { ...enforcer.client, call: async () => await new Promise<never>(() => {}) };
    const impatient = await enforcer.start({ client: slow, waitMs: 20 });
    expect(await impatient.check(key)).toMatchObject({ allowed: true, basis: 'grace' });
  });

  it('stops a job whose key is dead, and tells it by what it was admitted', async () => {
    const { key, siteId } = await newSite();
    let current: string | undefined = key;
    const refreshData = guard.protect(
      () => current,
      async ({ siteId }, rows: number) => `${siteId} ${rows}`,
    );
    expect(await refreshData(7)).toBe(`${siteId} 7`);
    await instance.client(server.keys.hwf).call('delete-site', { siteId });
    server.clock.at += hour;
    await expect(refreshData(7)).rejects.toMatchObject({ refusal: { reason: 'deleted' } });
    current = undefined;
    await expect(refreshData(7)).rejects.toMatchObject({ refusal: { reason: 'key-missing' } });
  });

  it('reports an invalid key once a day, with the number of the repeats, and again what could not be sent', async () => {
    const sent: [InvalidKeyAlert, string][] = [];
    let reachable = false;
    const sendAlert = async (one: InvalidKeyAlert, idempotencyKey: string) => {
      sent.push([one, idempotencyKey]);
      if (!reachable) throw new TypeError('no line');
    };
    const reporting = await enforcer.start({ sendAlert });
    const { key, siteId } = await newSite();
    await instance.client(server.keys.hwf).call('delete-site', { siteId });
    for (let i = 0; i < 5; i++) await reporting.check(key);
    reachable = true;
    await reporting.close();
    // The first refusal came from the server, which has counted it itself.
    const [first, again, rest] = sent;
    expect(first?.[0]).toMatchObject({ siteId, reason: 'deleted', times: 1 });
    expect(again).toEqual(first);
    expect(rest?.[0]).toMatchObject({ siteId, reason: 'deleted', times: 3 });
    expect(sent).toHaveLength(3);
  });

  it('does not begin when its store can’t be read, or the Root is none', async () => {
    const store = { ...createMemoryStore(), read: async () => await Promise.reject(new Error('no disk')) };
    await expect(enforcer.start({ store })).rejects.toThrow('no disk');
    await expect(enforcer.start({ root: { kty: 'RSA' } })).rejects.toThrow('P-256');
  });
});
