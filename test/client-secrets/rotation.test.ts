import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dayOf } from '../../domain/time.ts';
import type { HeldKey } from '../../sdk/keys/keyring.ts';
import { letPass } from '../support/enforcer.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { type Ledger, ledgerOf } from '../support/ledger.ts';
import { captureOutput } from '../support/output.ts';
import { type Event, type RotatingAccount, spoilProfile, startAccount } from '../support/rotating-site.ts';
import { startServer, type TestServer } from '../support/server.ts';

jest.setTimeout(300_000);

const day = 86_400;
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

describe('the rotation of a license key in Secrets Manager', () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let ledger: Ledger;
  let account: RotatingAccount;
  let refs = 0;
  let name: string;
  let first: HeldKey;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    instance = await startInstance(server);
    ledger = ledgerOf(server);
    account = await startAccount(server, instance);
  });
  beforeEach(async () => {
    account.fetch = instance.fetch;
    account.invoke = account.rotation;
    name = `plant-${refs++}`;
    first = await obtain();
    await settled();
    account.log.length = 0;
  });
  afterAll(async () => {
    await settled();
    await server.close();
    output.restore();
  });

  async function obtain(): Promise<HeldKey> {
    const input = { enterpriseId: account.enterpriseId, siteRef: name, state: 'active', mode: 'dev' };
    return await account.keyring.obtain(name, 'create-site', input);
  }

  const settled = async () => await server.world.aws.secrets.rotationsSettled();
  const held = async () => await account.keyring.current(name);
  const site = async () =>
    Object(await server.operator.call('get-site', { siteId: first.claims.sub.slice('site:'.length) }));
  const isValid = async (key = '') => (await server.operator.call('check-validity', { key })).valid;
  const clones = async () => await ledger.all(`N#hub#${dayOf(server.clock.at)}`, `possible-clone#${first.claims.sub}`);
  const codes = () =>
    account.log
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
      .map(({ step, outcome, code }) => [step, outcome ?? code]);
  const pendingId = async () =>
    Object.entries(await account.stages(name)).find(([, stages]) => stages.includes('AWSPENDING'))?.[0];

  /** The key in the secret is the server's newest, good, and nobody was taken for a clone; the next rotation may begin. */
  async function endsWith(generation: number): Promise<void> {
    const now = await held();
    expect(now?.claims).toMatchObject({ sub: first.claims.sub, gen: generation });
    expect([(await site()).generation, await isValid(now?.key), await pendingId()]).toEqual([
      generation,
      true,
      undefined,
    ]);
    expect(await clones()).toEqual([]);
  }

  /** Puts something in the place of one step. */
  function meddle(step: string, instead: (event: Event) => Promise<void>): void {
    account.invoke = async event => await (event.Step === step ? instead(event) : account.rotation(event));
  }

  const dies = async () => await Promise.reject(new Error('the function has died'));
  const isRefresh = (url: unknown) => /\/sites\/[^/]+\/key$/.test(String(url));
  const away: typeof fetch = async () => await Promise.reject(new TypeError('fetch failed'));

  it('gives the site a new key, and the old one is dead', async () => {
    expect(await account.rotate(name)).toBe(true);
    await endsWith(2);
    expect(await isValid(first.key)).toBe(false);
    expect(codes()).toEqual([
      ['createSecret', 'staged'],
      ['setSecret', 'nothing-to-do'],
      ['testSecret', 'good'],
      ['finishSecret', 'current'],
    ]);
    expect(await account.record(name)).toEqual({ key: (await held())?.key, nextIdempotencyKey: expect.any(String) });
  });

  it('goes on for months, on the schedule that the store has attached, beside a keyring that looks too', async () => {
    for (let generation = 2; generation < 6; generation++) {
      await letPass(server, 10 * day);
      await account.keyring.refreshDue();
      await settled();
      await account.keyring.refreshDue();
      await endsWith(generation);
    }
  });

  it('tests profile and key when it is attached, and rotates nothing', async () => {
    const { secrets } = account;
    const SecretId = account.idOf(name);
    const RotationRules = { ScheduleExpression: 'rate(5 days)' };
    await secrets.rotateSecret({ SecretId, RotateImmediately: false, RotationRules });
    await settled();
    expect(codes()).toEqual([['testSecret', 'good']]);
    await endsWith(1);
  });

  describe.each([1, 2, 3])('each step %d times', times => {
    it.each(steps)('%s: one new key', async repeated => {
      meddle(repeated, async event => {
        for (let i = 0; i < times; i++) await account.rotation(event);
      });
      await account.rotate(name);
      await endsWith(2);
    });

    it.each(steps)('%s at once: one new key', async repeated => {
      meddle(repeated, async event => {
        await Promise.all(Array.from({ length: times }, async () => await account.rotation(event)));
      });
      await account.rotate(name);
      await settled();
      await endsWith(2);
    });
  });

  it.each(steps)('begun again after it died before %s, or after: one new key', async step => {
    meddle(step, dies);
    await account.rotate(name);
    meddle(step, async event => {
      await account.rotation(event);
      await dies();
    });
    expect(await account.rotate(name)).toBe(false);
    account.invoke = account.rotation;
    await account.rotate(name);
    expect((await held())?.claims.gen).toBeGreaterThanOrEqual(2);
    await endsWith((await held())?.claims.gen ?? 0);
  });

  it.each([1, 3])('a server whose answer is lost %d times gives the same key', async times => {
    let left = times;
    account.fetch = async (url, init) => {
      const answer = await instance.fetch(url, init);
      return isRefresh(url) && left-- > 0 ? await away(url) : answer;
    };
    await account.rotate(name);
    if (times > 1) await account.rotate(name);
    await endsWith(2);
  });

  it('a cleared AWSPENDING: the next rotation repeats the same refresh and gets the same key, no clone', async () => {
    meddle('setSecret', dies);
    await account.rotate(name);
    const { key } = await account.record(name, 'AWSPENDING');
    await clearPending();
    account.invoke = account.rotation;
    expect(await account.rotate(name)).toBe(true);
    expect((await held())?.key).toBe(key);
    await endsWith(2);
  });

  async function clearPending(): Promise<void> {
    const RemoveFromVersionId = await pendingId();
    const SecretId = account.idOf(name);
    await account.secrets.updateSecretVersionStage({ SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId });
  }

  it('a rotation that broke off: the application repeats the same refresh by itself, and what is left over does no harm', async () => {
    meddle('testSecret', dies);
    await account.rotate(name);
    const { key } = await account.record(name, 'AWSPENDING');
    await account.keyring.refreshDue();
    expect((await held())?.key).toBe(key);
    await account.keyring.refresh(name);
    account.invoke = account.rotation;
    expect(await account.rotate(name)).toBe(false);
    await endsWith(3);
    expect(codes().slice(-2)).toEqual([
      ['testSecret', 'overtaken'],
      ['finishSecret', 'overtaken'],
    ]);
    expect(await account.rotate(name)).toBe(true);
    await endsWith(4);
  });

  it('what is left over never comes back over a refresh that has begun', async () => {
    meddle('finishSecret', dies);
    await account.rotate(name);
    await account.keyring.refreshDue();
    const begun = { ...(await account.record(name)), nextIdempotencyKey: crypto.randomUUID(), refreshing: {} };
    const SecretString = JSON.stringify(begun);
    await account.secrets.putSecretValue({ SecretId: account.idOf(name), SecretString });
    account.invoke = account.rotation;
    await account.rotate(name);
    expect(await account.record(name)).toEqual(begun);
    await account.keyring.refreshDue();
    await endsWith(3);
  });

  it('two at once, the first of which was called off while it ran: one new key', async () => {
    let first = 0;
    meddle('createSecret', async event => {
      if (first++ > 0) return await account.rotation(event);
      await clearPending();
      const second = account.secrets.rotateSecret({ SecretId: account.idOf(name) });
      await Promise.allSettled([account.rotation(event), second]);
    });
    await account.rotate(name);
    await account.rotate(name);
    const { gen } = (await held())?.claims ?? {};
    expect([2, 3]).toContain(gen);
    await endsWith(gen ?? 0);
  });

  it('two at once over one record, which have both seen AWSPENDING theirs: the same key', async () => {
    const fetched: string[] = [];
    account.fetch = async (url, init) => {
      const answer = await instance.fetch(url, init);
      if (isRefresh(url)) fetched.push((await answer.clone().json()).key);
      return answer;
    };
    meddle('createSecret', async event => {
      await Promise.all([account.rotation(event), account.rotation(event), account.keyring.refresh(name)]);
    });
    await account.rotate(name);
    expect(new Set(fetched).size).toBe(1);
    await endsWith(2);
  });

  it('a server that is away: the rotation fails, the current key stays, and the next one ends it', async () => {
    account.fetch = away;
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', 'TypeError']]);
    expect((await held())?.key).toBe(first.key);
    expect(await isValid(first.key)).toBe(true);
    account.fetch = instance.fetch;
    await account.rotate(name);
    await endsWith(2);
  });

  it('a server that goes away after the refresh: the new key counts, since the old one is dead', async () => {
    account.fetch = async (url, init) => await (isRefresh(url) ? instance.fetch : away)(url, init);
    await account.rotate(name);
    expect(codes().slice(-2)).toEqual([
      ['testSecret', 'server-not-asked'],
      ['finishSecret', 'current'],
    ]);
    await endsWith(2);
  });

  it('somebody else has refreshed: the error says so, the current key stays', async () => {
    await account.refreshElsewhere(first);
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', 'key-superseded']]);
    expect(account.log.join()).toContain('get another one: reissue-key');
    expect((await held())?.key).toBe(first.key);
    expect(await clones()).toHaveLength(1);
  });

  it.each([
    ['no key', async () => 'x', 'broken-chain'],
    ['a key with a wrong signature', async () => forged(first.key), 'bad-signature'],
    ['the same key again', async () => first.key, 'not-newer'],
    ['a key of another site', async () => await keyOfAnother(), 'other-holder'],
  ])('a server that answers %s: nothing is staged', async (_, answered, code) => {
    const key = await answered();
    account.fetch = async (url, init) => (isRefresh(url) ? Response.json({ key }) : await instance.fetch(url, init));
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', code]]);
    await expect(account.record(name, 'AWSPENDING')).rejects.toThrow();
    account.fetch = instance.fetch;
    await account.rotate(name);
    await endsWith(2);
  });

  async function keyOfAnother(): Promise<string> {
    const [mine, own] = [name, first];
    name = `other-${refs++}`;
    const { key } = await obtain();
    await account.keyring.refresh(name);
    const newer = (await held())?.key ?? key;
    [name, first] = [mine, own];
    await settled();
    account.log.length = 0;
    return newer;
  }

  it.each([
    ['a wrong signature', (own: unknown) => forged(own), 'bad-signature'],
    ['the key of another site', (_: unknown, others: string) => others, 'other-holder'],
  ])('what somebody has staged with %s does not pass the test, nor the end', async (_, staged, code) => {
    const others = await keyOfAnother();
    for (const step of ['testSecret', 'finishSecret']) {
      meddle('setSecret', async event => {
        const { key } = await account.record(name, 'AWSPENDING');
        const SecretString = JSON.stringify({ key: staged(key, others) });
        const getSecretValue = account.secrets.getSecretValue.bind(account.secrets);
        account.staged = async input => {
          const value = await getSecretValue(input);
          return input.SecretId === event.SecretId && input.VersionStage ? { ...value, SecretString } : value;
        };
        await account.rotation({ ...event, Step: step });
      });
      await account.rotate(name);
      expect(codes().at(-1)).toEqual([step, code]);
      account.staged = undefined;
    }
    expect((await held())?.key).toBe(first.key);
  });

  it.each([
    ['with another private key', undefined, 'signature-invalid'],
    ['that is no JSON', '-----BEGIN xanary', 'profile-unreadable'],
    ['without a private key', '{"url":"https://xanary.example","keyid":"hub.trial.x"}', 'profile-unreadable'],
  ])('a profile %s is told, and nothing of it', async (_, text, code) => {
    const mend = await spoilProfile(account, text);
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', code]]);
    expect(account.log.join()).not.toContain('xanary');
    await mend();
    await account.rotate(name);
    await endsWith(2);
  });

  it('a secret that was edited is told, and nothing of it', async () => {
    const SecretId = account.idOf(name);
    await account.secrets.putSecretValue({ SecretId, SecretString: `{"key": "${first.key}", xanary` });
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect(account.log.join()).not.toMatch(/xanary|eyJ/);
  });

  it('a record without a key, of a site that was forgotten, passes through as it is', async () => {
    await account.keyring.forget(name);
    expect(await account.rotate(name)).toBe(true);
    expect(await account.record(name)).toEqual({});
    expect([await pendingId(), codes().map(([, code]) => code)]).toEqual([
      undefined,
      ['nothing-to-do', 'nothing-to-do', 'nothing-to-do', 'current'],
    ]);
  });

  it('a promotion that was under way is finished as it was begun', async () => {
    const SecretString = JSON.stringify({
      key: first.key,
      nextIdempotencyKey: crypto.randomUUID(),
      refreshing: { mode: 'production' },
    });
    await account.secrets.putSecretValue({ SecretId: account.idOf(name), SecretString });
    await account.rotate(name);
    await endsWith(2);
    expect((await held())?.claims).toMatchObject({ mode: 'production' });
  });

  it('refuses an event that Secrets Manager has not sent', async () => {
    const event = { SecretId: account.idOf(name), ClientRequestToken: crypto.randomUUID() };
    for (const Step of steps) await expect(account.rotation({ ...event, Step })).rejects.toThrow('no-rotation');
    await expect(account.rotation({ ...event, Step: 'deleteSecret' })).rejects.toThrow();
    await endsWith(1);
  });

  it('no key, no Idempotency-Key and no private key ever reached the log', async () => {
    await account.rotate(name);
    await account.refreshElsewhere((await held()) ?? first);
    await account.rotate(name);
    expect(account.everything.length).toBeGreaterThan(100);
    const secrets = await account.everySecret();
    expect(secrets.length).toBeGreaterThan(100);
    const log = account.everything.join('\n');
    expect(secrets.filter(secret => log.includes(secret))).toEqual([]);
    expect(log).not.toMatch(/eyJ|PRIVATE KEY-----\\n/);
  });
});

function forged(key: unknown): string {
  const [token = '', ...parents] = String(key).split('~');
  const [head, claims, signature = ''] = token.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  return [[head, claims, other + signature.slice(1)].join('.'), ...parents].join('~');
}
