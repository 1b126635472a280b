import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import { createKeyring, type Keyring } from '../../sdk/keys/keyring.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import type { KeyStore } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { letPass } from '../support/clients/enforcer.ts';
import { captureOutput } from '../support/output.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { newKeyPair, startServer, type TestServer } from '../support/server/server.ts';
import { site as strangeKey } from '../support/tamper/chain-world.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('../support/clients/keyring-child.ts', import.meta.url));
const day = 86_400;
const hour = 3600;

describe('a keyring', () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let boost: { key: Parameters<Instance['client']>[0]; pem: string };
  let enterpriseId: string;
  let store: KeyStore;
  let sent: string[];
  let refs = 0;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    instance = await startInstance(server);
    boost = await server.register('trial', { modes: ['dev', 'production'], createEnterprises: 10 });
    ({ enterpriseId } = await instance.client(boost.key).call('create-enterprise', {}));
  });
  beforeEach(() => {
    store = createMemoryStore();
    sent = [];
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  function clientOf(fetchOr: typeof fetch = instance.fetch): Client {
    const client = instance.client(boost.key);
    return {
      ...client,
      callByName: async (operation, input, options) => {
        sent.push(operation);
        if (fetchOr !== instance.fetch) await fetchOr(server.url);
        return await client.callByName(operation, input, options);
      },
    };
  }

  function keyringOn(client: Client = clientOf(), onError?: (name: string, error: unknown) => void): Keyring {
    return createKeyring({ client, store, root: server.world.root, onError });
  }

  const newSite = () => ({ enterpriseId, siteRef: `K-${refs++}`, state: 'active', mode: 'dev' }) as const;
  const isValid = async (key: string) => (await instance.client(boost.key).call('check-validity', { key })).valid;

  it('makes a site once, and knows its key from then on, also in another process', async () => {
    const input = newSite();
    const first = await keyringOn().obtain('plant', 'create-site', input);
    expect(first.claims).toMatchObject({ gen: 1, mode: 'dev' });
    expect(await keyringOn().obtain('plant', 'create-site', input)).toEqual(first);
    expect(await keyringOn().current('plant')).toEqual(first);
    expect(await keyringOn().current('other')).toBeUndefined();
    expect(sent).toEqual(['create-site']);
  });

  it('keeps an enterprise key like one of a site', async () => {
    const keyring = keyringOn();
    const first = await keyring.obtain('customer', 'create-enterprise', {});
    expect((await keyring.refresh('customer')).claims).toMatchObject({ sub: first.claims.sub, gen: 2 });
  });

  it('refreshes by itself within 48 h of refreshAfter, not before, and not twice', async () => {
    const keyring = keyringOn();
    const names = Array.from({ length: 12 }, (_, i) => `plant-${i}`);
    for (const name of names) await keyring.obtain(name, 'create-site', newSite());
    const first = await Promise.all(names.map(async name => await keyring.current(name)));
    const moments: number[] = [];
    for (; server.clock.at < (first[0]?.refreshAfter ?? 0) + 4 * day; server.clock.at += 3 * hour) {
      sent = [];
      await keyringOn().refreshDue();
      moments.push(...sent.map(() => server.clock.at));
    }
    expect(moments).toHaveLength(names.length);
    for (const [i, name] of names.entries()) {
      const held = await keyring.current(name);
      expect(held?.claims.gen).toBe(2);
      const late = (held?.claims.iat ?? 0) - (first[i]?.refreshAfter ?? 0);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(2 * day);
    }
    expect(new Set(moments).size).toBeGreaterThan(3);
  });

  it('promotes a dev site, after it has finished the refresh that was under way', async () => {
    const keyring = keyringOn();
    const { key } = await keyring.obtain('plant', 'create-site', newSite());
    const lost = keyringOn(clientOf(async () => await Promise.reject(new TypeError('no line'))));
    await expect(lost.refresh('plant')).rejects.toThrow('no line');
    expect((await keyring.refresh('plant', 'production')).claims).toMatchObject({ gen: 3, mode: 'production' });
    expect(await isValid(key)).toBe(false);
  });

  it('drops an intent that is refused, and keeps the key that it has', async () => {
    const strict = await server.register(`strict-${refs}`, { modes: ['dev'], createEnterprises: 1 });
    const client = instance.client(strict.key);
    const { enterpriseId } = await client.call('create-enterprise', {});
    const keyring = keyringOn(client);
    const { key } = await keyring.obtain('plant', 'create-site', { ...newSite(), enterpriseId });
    await expect(keyring.refresh('plant', 'production')).rejects.toMatchObject({ code: 'mode-not-allowed' });
    expect((await keyring.current('plant'))?.key).toBe(key);
    expect((await keyring.refresh('plant')).claims.gen).toBe(2);
    const taken = { ...newSite(), enterpriseId, siteRef: 'taken' };
    await keyring.obtain('one', 'create-site', taken);
    await expect(keyring.obtain('two', 'create-site', taken)).rejects.toMatchObject({ code: 'reference-taken' });
    expect((await keyring.obtain('two', 'create-site', { ...newSite(), enterpriseId })).claims.gen).toBe(1);
  });

  it('replaces a lost key', async () => {
    const { siteId, key } = await instance.client(boost.key).call('create-site', newSite() as never);
    const held = await keyringOn().obtain('plant', 'reissue-key', { siteId });
    expect(held.claims.gen).toBe(2);
    expect([await isValid(key), await isValid(held.key)]).toEqual([false, true]);
  });

  it('has its key while a new one is asked for, and still has it when that is refused', async () => {
    const keyring = keyringOn();
    const { key, claims } = await keyring.obtain('plant', 'create-site', newSite());
    const siteId = claims.sub.slice('site:'.length);
    const unknown = `${siteId.slice(0, -16)}${'a'.repeat(16)}`;
    await expect(keyring.obtain('plant', 'reissue-key', { siteId: unknown })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect((await keyring.current('plant'))?.key).toBe(key);
    const lost = keyringOn(clientOf(async () => await Promise.reject(new TypeError('no line'))));
    await expect(lost.obtain('plant', 'reissue-key', { siteId })).rejects.toThrow('no line');
    expect((await keyring.current('plant'))?.key).toBe(key);
    await keyring.refreshDue();
    expect((await keyring.current('plant'))?.claims.gen).toBe(2);
  });

  it('replaces a key under a Root that is no longer pinned, in two attempts too, and makes no other site in its place', async () => {
    const { claims } = await keyringOn().obtain('plant', 'create-site', newSite());
    const underAnother = JSON.stringify({ key: strangeKey });
    await store.write('keys/plant', underAnother, (await store.read('keys/plant'))?.version);
    sent = [];
    const again = keyringOn().obtain('plant', 'create-site', newSite());
    await expect(again).rejects.toMatchObject({ reason: 'unknown-root' });
    expect(sent).toEqual([]);
    const wanted = ['plant', 'reissue-key', { siteId: claims.sub.slice('site:'.length) }] as const;
    const lost = keyringOn(clientOf(async () => await Promise.reject(new TypeError('no line'))));
    await expect(lost.obtain(...wanted)).rejects.toThrow('no line');
    await keyringOn().refreshDue();
    expect((await keyringOn().current('plant'))?.claims.gen).toBe(2);
    await store.write('keys/plant', underAnother, (await store.read('keys/plant'))?.version);
    expect((await keyringOn().obtain(...wanted)).claims.gen).toBe(3);
  });

  it('takes no key that is not genuine, or of another site, in the place of its own', async () => {
    const { key } = await keyringOn().obtain('plant', 'create-site', newSite());
    const { key: others } = await keyringOn().obtain('other', 'create-site', newSite());
    for (const answered of ['x', `${key}x`, others, key]) {
      const lying = { ...clientOf(), callByName: async () => ({ key: answered }) };
      await expect(keyringOn(lying).refresh('plant')).rejects.toThrow();
      expect((await keyringOn().current('plant'))?.key).toBe(key);
    }
    expect((await keyringOn().refresh('plant')).claims.gen).toBe(2);
  });

  it('sends one request for many concurrent calls in the process, and for two processes', async () => {
    await keyringOn().obtain('plant', 'create-site', newSite());
    await letPass(server, 25 * day);
    sent = [];
    const [one, other] = [keyringOn(), keyringOn()];
    await Promise.all([one.refreshDue(), one.refreshDue(), one.refreshDue()]);
    expect(sent).toEqual(['refresh-key']);
    await letPass(server, 25 * day);
    await Promise.all([one.refreshDue(), other.refreshDue()]);
    expect((await one.current('plant'))?.claims.gen).toBe(3);
    expect(await isValid((await one.current('plant'))?.key ?? '')).toBe(true);
  });

  it('never works on a key in two processes at once where the store can lock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyring-'));
    store = await openFileStore(folder);
    await keyringOn().obtain('plant', 'create-site', newSite());
    await letPass(server, 25 * day);
    sent = [];
    await Promise.all([1, 2, 3, 4].map(async () => await keyringOn().refreshDue()));
    expect(sent).toEqual(['refresh-key']);
    rmSync(folder, { recursive: true });
  });

  it('writes nothing over the newer key of another process after it was frozen between an answer and its writing', async () => {
    await keyringOn().obtain('plant', 'create-site', newSite());
    const { callByName, ...client } = clientOf();
    const frozen: Client['callByName'] = async (...asked) => {
      const answer = await callByName(...asked);
      for (let others = 0; others < 2; others++) await keyringOn().refresh('plant');
      return answer;
    };
    await keyringOn({ ...client, callByName: frozen }).refresh('plant');
    const held = await keyringOn().current('plant');
    expect([held?.claims.gen, await isValid(held?.key ?? '')]).toEqual([3, true]);
  });

  it('leaves the others alone while the server can’t be reached, and says so', async () => {
    const keyring = keyringOn();
    for (const name of ['a', 'b', 'c']) await keyring.obtain(name, 'create-site', newSite());
    await letPass(server, 25 * day);
    sent = [];
    const troubles: string[] = [];
    const offline = clientOf(async () => await Promise.reject(new TypeError('no line')));
    await keyringOn(offline, name => troubles.push(name)).refreshDue();
    expect([sent, troubles]).toEqual([['refresh-key'], ['a']]);
    await keyring.refreshDue();
    expect(await Promise.all(['a', 'b', 'c'].map(async name => (await keyring.current(name))?.claims.gen))).toEqual([
      2, 2, 2,
    ]);
  });

  it('lets no key that fails by itself stand in the way of the others', async () => {
    const keyring = keyringOn();
    const [first] = [
      await keyring.obtain('a', 'create-site', newSite()),
      await keyring.obtain('b', 'create-site', newSite()),
    ];
    await letPass(server, 25 * day);
    const { callByName, ...client } = clientOf();
    const failing: Client = {
      ...client,
      callByName: async (...asked) => {
        if (asked[1].key === first.key) throw new TypeError('cut off');
        return await callByName(...asked);
      },
    };
    const troubles: string[] = [];
    const listening = keyringOn(failing, name => {
      troubles.push(name);
      throw new Error('no log');
    });
    for (let look = 0; look < 2; look++) await listening.refreshDue();
    expect([troubles, (await keyring.current('b'))?.claims.gen]).toEqual([['a', 'a'], 2]);
  });

  it('tries again at once what was refused by a clock that was far ahead then', async () => {
    await keyringOn().obtain('plant', 'create-site', newSite());
    await letPass(server, 25 * day);
    let ahead = 30 * day;
    const { callByName, ...client } = clientOf();
    const refusing: Client = {
      ...client,
      now: () => server.clock.at + ahead,
      callByName: async (...asked) => {
        if (ahead > 0) throw new ProblemError(401, { code: 'signature-invalid' });
        return await callByName(...asked);
      },
    };
    const keyring = keyringOn(refusing);
    await keyring.refreshDue();
    ahead = 0;
    await keyring.refreshDue();
    expect((await keyring.current('plant'))?.claims.gen).toBe(2);
  });

  it.each([
    ['is no key record', '{"username":"user"}'],
    ['is no JSON', 'user'],
    ['holds a key that is not genuine', '{"key":"e30.e30.e30"}'],
  ])('refreshes the others where one record %s, and says which', async (_, text) => {
    const keyring = keyringOn();
    await store.write('keys/a', text, undefined);
    await keyring.obtain('b', 'create-site', newSite());
    await letPass(server, 25 * day);
    const troubles: string[] = [];
    await keyringOn(clientOf(), name => troubles.push(name)).refreshDue();
    expect([troubles, (await keyring.current('b'))?.claims.gen]).toEqual([['a'], 2]);
  });

  it('names what is wrong: no key of that name, a record that was edited, another Root', async () => {
    await expect(keyringOn().refresh('nothing')).rejects.toThrow('The key nothing is missing in the store');
    await store.write('keys/odd', '{"key":7}', undefined);
    await expect(keyringOn().current('odd')).rejects.toThrow('The record odd is invalid: expected a key record');
    await store.write('keys/secret', '{"key": secret', undefined);
    expect(
      inspect(
        await keyringOn()
          .current('secret')
          .catch(error => error),
      ),
    ).not.toContain('"key": secret');
    await keyringOn().obtain('plant', 'create-site', newSite());
    const root = newKeyPair('p256').jwk as { kty: string };
    const strange = createKeyring({ client: clientOf(), store, root });
    await expect(strange.current('plant')).rejects.toMatchObject({ reason: 'unknown-root' });
  });

  it('forgets the key of a site that was deleted', async () => {
    const keyring = keyringOn();
    await keyring.obtain('plant', 'create-site', newSite());
    await keyring.forget('plant');
    expect(await keyring.current('plant')).toBeUndefined();
    sent = [];
    await keyring.refreshDue();
    expect(sent).toEqual([]);
  });

  it('survives a SIGKILL at every step of a process that keeps its keys in files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyring-'));
    store = await openFileStore(folder);
    let generation = (await keyringOn().obtain('plant', 'create-site', newSite())).claims.gen;
    const killed: string[] = [];
    for (let nth = 2; nth <= 7; nth++) {
      for (const when of ['before', 'after']) {
        const { keyid } = boost.key;
        const { root } = server.world;
        const told = { url: server.url, keyid, pem: boost.pem, root, folder, nth, when, now: server.clock.at };
        const { stdout } = await run(process.execPath, [
          '--disable-warning=ExperimentalWarning',
          child,
          JSON.stringify(told),
        ]).catch((error: { signal: string; stdout: string }) => {
          killed.push(`${error.signal} ${when} ${nth}`);
          return { stdout: error.stdout };
        });
        expect(stdout).toBe('');
        const held = await keyringOn().refresh('plant');
        expect(held.claims.gen).toBeGreaterThan(generation);
        expect(held.claims.gen).toBeLessThanOrEqual(generation + 2);
        generation = held.claims.gen;
        expect(await isValid(held.key)).toBe(true);
      }
    }
    expect(killed).toHaveLength(12);
    rmSync(folder, { recursive: true });
  });
});
