import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PublicJwk } from '../../domain/chain/levels.ts';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import type { Client } from '../../sdk/client.ts';
import { createLicenseGuard } from '../../sdk/guard/license-guard.ts';
import { createKeyring, type Keyring } from '../../sdk/keys/keyring.ts';
import { createKnownRoots, rootsBy } from '../../sdk/roots/known-roots.ts';
import { ConfigurationError } from '../../sdk/start/configuration-error.ts';
import { preflight } from '../../sdk/start/preflight.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { verifySiteKey } from '../../sdk/verify.ts';
import { type Enforcer, newEnforcer } from '../support/clients/enforcer.ts';
import { announced, dropped, passDays, rings, switched } from '../support/clients/rotation.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { hub, hubLink, otherRoot, root, site } from '../support/tamper/chain-world.ts';
import { claims, newPair, now, token } from '../support/tamper/chains.ts';

describe('applications that have pinned the first Root', () => {
  let server: TestServer;
  let first: PublicJwk;
  let hwf: Enforcer;
  let keyring: Keyring;
  let plant: { enterpriseId: never; state: 'active' };
  let key: string;
  const store = createMemoryStore();
  const application = 'hub/hwf';
  const troubles: unknown[] = [];

  beforeAll(async () => {
    server = await startServer();
    first = server.world.root;
    hwf = newEnforcer(server, { fetch }, store);
    keyring = createKeyring({ client: hwf.client, root: first, store, onError: (_, error) => troubles.push(error) });
    const { claims } = await keyring.obtain('plants', 'create-enterprise', {});
    plant = { enterpriseId: claims.ent as never, state: 'active' };
    await keyring.obtain('plant', 'create-site', { ...plant, siteRef: 'A' });
  });
  afterAll(async () => await server.close());

  const live = { live: async () => await keyring.refreshDue() } as never;
  const keyOf = async (name: string) => (await keyring.current(name))?.key ?? '';
  const startAgain = async (settings = {}) => await hwf.start({ root: first, ...settings });

  it('refresh through its rotation without a new pin', async () => {
    await server.world.deploy(rings({ root: announced }));
    await passDays(server, 90, [live]);
    const other = await hwf.client.call('create-site', { ...plant, siteRef: 'B' });
    await server.world.deploy(rings({ root: switched }));
    await passDays(server, 15, [live]);
    const guard = await startAgain({ store: undefined });
    expect(await guard.check(other.key)).toMatchObject({ allowed: true });
    await guard.close();
    await passDays(server, 45, [live]);
    expect(server.world.root).not.toEqual(first);
    expect(troubles).toEqual([]);
    key = await keyOf('plant');
    await expect(verifySiteKey(key, { root: first, now: 'own-expiry' })).rejects.toThrow('pinned Root');
    await expect(verifySiteKey(key, { root: server.world.root, now: server.clock.at })).resolves.toBeDefined();
  });

  it('let in who shows a key under the next Root, also when they have just started', async () => {
    const guard = await startAgain({ store: undefined });
    expect(await guard.check(key)).toMatchObject({ allowed: true });
    await guard.close();
  });

  it('need not ask again after a restart: what was learned is in the store', async () => {
    const guard = await startAgain();
    expect(await guard.check(key)).toMatchObject({ allowed: true });
    await guard.close();
    hwf.online = false;
    hwf.asked.length = 0;
    const restarted = await startAgain();
    expect(await restarted.check(key)).toMatchObject({ allowed: true });
    await restarted.close();
    expect(await createKeyring({ client: hwf.client, root: first, store }).current('plant')).toMatchObject({ key });
    hwf.online = true;
    expect(hwf.asked).not.toContain('GET /v1/trust');
  });

  it('outlive the former Root, and are told to pin the next one when they start', async () => {
    await passDays(server, 125, [live]);
    await server.world.deploy(rings({ root: dropped }));
    server.clock.at += 300 * 86_400;
    await passDays(server, 30, [live]);
    const [concern, ...others] = await preflight({ client: hwf.client, application, root: first, store });
    expect(concern).toContain(
      `Its announced successor ${await thumbprintOf(server.world.root)} is known to this store only`,
    );
    expect(others).toEqual([]);
    const another = preflight({ client: hwf.client, application, root: first, store: createMemoryStore() });
    await expect(another).rejects.toThrow(ConfigurationError);
  });
});

describe('a verifier with a pinned Root', () => {
  const second = newPair();
  const announce = (successor: typeof second, signer: typeof second) =>
    token('root-successor+jwt', claims.successor(successor), signer);
  const [leaf = '', link = ''] = site.split('~');
  const under = (signer: typeof second) =>
    `${leaf}~${link}~${token('org-link+jwt', claims.orgLink('hub', hub), signer)}`;

  function world(answer: () => unknown) {
    const asked: string[] = [];
    const clock = { at: now };
    const client = {
      now: () => clock.at,
      call: async (operation: string) => {
        asked.push(operation);
        return await answer();
      },
    } as unknown as Client;
    const troubles: unknown[] = [];
    const settings = {
      client,
      ...rootsBy(client),
      root: root.jwk,
      onError: (error: unknown) => troubles.push(error),
    };
    const roots = createKnownRoots(settings);
    const verify = async (key: string) =>
      await roots.verify(async pinned => (await verifySiteKey(key, { ...pinned, now })).app);
    return { asked, clock, settings, troubles, roots, verify };
  }
  const showing = (...announcements: string[]) => ({
    successors: announcements.map(announcement => ({ announcement })),
  });

  it('sends no request while keys verify under it', async () => {
    const { asked, verify } = world(() => showing());
    await verify(`${leaf}~${link}~${hubLink}`);
    expect(asked).toEqual([]);
  });

  it('follows what it has announced, over two generations, and no other', async () => {
    const third = newPair();
    const shown = [announce(third, second), announce(otherRoot, otherRoot), announce(second, root), 'junk'];
    const { verify, roots } = world(() => showing(...shown));
    await expect(verify(under(third))).resolves.toBe('hwf');
    await expect(verify(under(otherRoot))).rejects.toMatchObject({ reason: 'unknown-root' });
    expect(roots.pinned.root).toEqual([root.jwk, second.jwk, third.jwk]);
  });

  it('asks once an hour, however many strange keys it is shown', async () => {
    const { asked, clock, verify } = world(() => showing());
    const strange = async () =>
      await expect(verify(under(otherRoot))).rejects.toMatchObject({ reason: 'unknown-root' });
    await Promise.all(Array.from({ length: 50 }, strange));
    await strange();
    expect(asked).toHaveLength(1);
    clock.at += 3599;
    await strange();
    expect(asked).toHaveLength(1);
    clock.at += 1;
    await strange();
    expect(asked).toHaveLength(2);
  });

  it('learns of the next Root once its clock is right, though it had asked in a year to come', async () => {
    const { clock, verify } = world(() => showing(announce(second, root)));
    clock.at += 5 * 365 * 86_400;
    await expect(verify(under(second))).rejects.toMatchObject({ reason: 'unknown-root' });
    clock.at = now;
    await expect(verify(under(second))).resolves.toBe('hwf');
  });

  it('takes a key for good that was looked at while another check learned of its Root', async () => {
    const { roots, verify } = world(() => showing(announce(second, root)));
    const before = { ...roots.pinned, root: [...roots.pinned.root] };
    const learned = Promise.withResolvers<void>();
    const slow = roots.verify(async pinned => {
      const isFirst = [pinned.root].flat().length === 1;
      await learned.promise;
      return (await verifySiteKey(under(second), { ...(isFirst ? before : pinned), now })).app;
    });
    await verify(under(second));
    learned.resolve();
    await expect(slow).resolves.toBe('hwf');
  });

  it.each<[string, () => unknown]>([
    ['does not answer', async () => await Promise.reject(new TypeError('no line'))],
    ['answers something else', () => ({ successors: 'none' })],
    ['answers without end', () => showing(...Array.from({ length: 21 }, () => announce(second, root)))],
  ])('refuses the key while the server %s, and asks again after five minutes', async (_, answer) => {
    const said = { next: answer };
    const { asked, clock, troubles, verify } = world(async () => await said.next());
    for (const wait of [0, 299]) {
      clock.at += wait;
      await expect(verify(under(second))).rejects.toMatchObject({ reason: 'unknown-root' });
    }
    expect([asked.length, troubles.length]).toEqual([1, 1]);
    clock.at += 1;
    said.next = () => showing(announce(second, root));
    await expect(verify(under(second))).resolves.toBe('hwf');
  });

  it('decides without the server when that takes too long', async () => {
    const { settings } = world(async () => await new Promise(() => {}));
    const roots = createKnownRoots({ ...settings, waitMs: 20 });
    const verdict = roots.verify(async pinned => await verifySiteKey(under(second), { ...pinned, now }));
    await expect(verdict).rejects.toMatchObject({ reason: 'unknown-root' });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'not json'],
    ['something else', '{"a":1}'],
    ['what a stranger has announced', JSON.stringify([announce(second, otherRoot), 'x'])],
  ])('takes nothing from a record that holds %s, and overwrites it', async (_, text) => {
    const store = createMemoryStore();
    await store.write('trust/roots', text, undefined);
    const { settings } = world(() => showing(announce(second, root)));
    const roots = createKnownRoots({ ...settings, store });
    await roots.load();
    expect(roots.pinned.root).toEqual([root.jwk]);
    await roots.verify(async pinned => await verifySiteKey(under(second), { ...pinned, now }));
    expect(JSON.parse((await store.read('trust/roots'))?.text ?? '')).toContain(announce(second, root));
  });

  it('forgets a Root that only a Root which is no longer pinned has announced', async () => {
    const store = createMemoryStore();
    await store.write('trust/roots', JSON.stringify([announce(second, root)]), undefined);
    const { settings } = world(() => showing());
    const roots = createKnownRoots({ ...settings, root: otherRoot.jwk, store });
    await roots.load();
    expect(roots.pinned.root).toEqual([otherRoot.jwk]);
  });

  it('can not be started with a store that fails', async () => {
    const store = { ...createMemoryStore(), read: async () => await Promise.reject(new Error('out of reach')) };
    const { settings } = world(() => showing());
    await expect(createLicenseGuard({ ...settings, application: 'hub/hwf', store })).rejects.toThrow('out of reach');
  });
});
