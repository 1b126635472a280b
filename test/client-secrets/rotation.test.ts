import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dayOf } from '../../domain/time.ts';
import type { HeldKey } from '../../sdk/keys/keyring.ts';
import { letPass } from '../support/enforcer.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { type Ledger, ledgerOf } from '../support/ledger.ts';
import { captureOutput } from '../support/output.ts';
import {
  type Event,
  functionArn,
  profile,
  type RotatingAccount,
  spoilProfile,
  startAccount,
} from '../support/rotating-site.ts';
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
    account.through = undefined;
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
    const input = { enterpriseId: account.enterpriseId, siteRef: name, state: 'active', mode: 'dev' } as const;
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

  /** How often a rotation makes each request. */
  const requests = { describeSecret: 4, getSecretValue: 10, putSecretValue: 2, updateSecretVersionStage: 3 };

  it.each(Object.keys(requests))('answers to %s that are lost: the AWS SDK asks again, one new key', async method => {
    account.through = async (asked, send) => {
      if (asked === method) await send();
      return await send();
    };
    await account.rotate(name);
    expect(codes().at(-1)).toEqual(['finishSecret', 'current']);
    await endsWith(2);
  });

  const each = Object.entries(requests).flatMap(([method, times]) =>
    Array.from({ length: times }, (_, i) => [method, i + 1] as const),
  );
  it.each(each)('an answer to %s that stays lost, number %d: the next rotation ends it', async (method, nth) => {
    let left = nth;
    account.through = async (asked, send) => {
      const answer = await send();
      if (asked === method && --left === 0) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return answer;
    };
    await account.rotate(name);
    expect(codes().at(-1)?.[1]).toBe('secrets-manager-away');
    account.through = undefined;
    await account.rotate(name);
    await endsWith((await site()).generation);
  });

  it('a key of an enterprise is rotated like one of a site', async () => {
    const enterprise = `customer-${refs++}`;
    const { claims } = await account.keyring.obtain(enterprise, 'create-enterprise', {});
    await settled();
    await account.rotate(enterprise);
    expect((await account.keyring.current(enterprise))?.claims).toMatchObject({ sub: claims.sub, gen: 2 });
    expect(codes().at(-1)).toEqual(['finishSecret', 'current']);
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

  it('a rotation that was cancelled half way does not keep the application from writing, and is attached again', async () => {
    meddle('setSecret', dies);
    await account.rotate(name);
    await account.secrets.cancelRotateSecret({ SecretId: account.idOf(name) });
    account.invoke = account.rotation;
    expect((await account.keyring.refresh(name)).claims.gen).toBe(2);
    await settled();
    expect((await account.keyring.refresh(name)).claims.gen).toBe(3);
    await settled();
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

  it('AWSCURRENT that a person has moved back: the same refresh is repeated, the same key comes', async () => {
    await account.rotate(name);
    const { key } = await account.record(name);
    await moveBack('AWSCURRENT');
    expect((await held())?.key).toBe(first.key);
    await account.rotate(name);
    expect((await held())?.key).toBe(key);
    await endsWith(2);
  });

  it('AWSPENDING that a person has put on the version before: the dead key never counts again', async () => {
    await account.rotate(name);
    await moveBack('AWSPENDING');
    expect(await account.rotate(name)).toBe(false);
    expect(codes().slice(-4)).toEqual([
      ['createSecret', 'staged-before'],
      ['setSecret', 'nothing-to-do'],
      ['testSecret', 'overtaken'],
      ['finishSecret', 'overtaken'],
    ]);
    await endsWith(2);
  });

  /** A label goes to what was current before. */
  async function moveBack(VersionStage: string): Promise<void> {
    const labels = Object.entries(await account.stages(name));
    const holderOf = (label: string) => labels.find(([, stages]) => stages.includes(label))?.[0];
    const [MoveToVersionId, RemoveFromVersionId] = [holderOf('AWSPREVIOUS'), holderOf(VersionStage)];
    const SecretId = account.idOf(name);
    await account.secrets.updateSecretVersionStage({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId });
  }

  it('whoever reads meanwhile gets a genuine key each time, at last the new one', async () => {
    const seen: (number | undefined)[] = [];
    let isOver = false;
    const reader = (async () => {
      while (!isOver) seen.push((await held())?.claims.gen);
    })();
    await account.rotate(name);
    isOver = true;
    await reader;
    seen.push((await held())?.claims.gen);
    expect([new Set(seen), seen.at(-1), seen.toSorted()]).toEqual([new Set([1, 2]), 2, seen]);
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

  it('a server that says no to the new key stops the rotation, and its next try ends it', async () => {
    meddle('testSecret', async event => {
      await setStatus('suspended');
      await account.rotation(event);
    });
    await account.rotate(name);
    expect(codes().at(-1)).toEqual(['testSecret', 'suspended']);
    await setStatus('live');
    account.invoke = account.rotation;
    await account.rotate(name);
    await endsWith(2);
  });

  const setStatus = async (status: string) =>
    await server.operator.call('update-site', { siteId: (await site()).siteId, status } as never);

  it('the application has refreshed while the rotation was on its way: it goes on from there', async () => {
    let overtaken = false;
    account.fetch = async (url, init) => {
      if (isRefresh(url) && !overtaken) {
        overtaken = true;
        await account.keyring.refresh(name);
        await account.keyring.refresh(name);
      }
      return await instance.fetch(url, init);
    };
    await account.rotate(name);
    expect((await held())?.claims.gen).toBe(4);
    expect(codes()[0]).toEqual(['createSecret', 'staged']);
  });

  it('a finish that broke off before its last request is ended by the next', async () => {
    meddle('finishSecret', async event => {
      const RemoveFromVersionId = Object.entries(await account.stages(name)).find(([, stages]) =>
        stages.includes('AWSCURRENT'),
      )?.[0];
      const { SecretId, ClientRequestToken: MoveToVersionId } = event;
      const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId };
      await account.secrets.updateSecretVersionStage(move);
      await account.rotation(event);
    });
    await account.rotate(name);
    await endsWith(2);
  });

  it.each(steps)('%s of a rotation that was called off is refused', async Step => {
    meddle('createSecret', async event => {
      await account.rotation(event);
      await clearPending();
      await account.rotation({ ...event, Step });
    });
    await account.rotate(name);
    expect(codes().at(-1)).toEqual([Step, 'no-rotation']);
    account.invoke = account.rotation;
    await account.rotate(name);
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
    ['whose way is open to all', 'http://xanary.example', 'profile-unreadable'],
  ])('a profile %s is told, and nothing of it', async (_, text, code) => {
    const mend = await spoilProfile(account, text);
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', code]]);
    expect(account.log.join()).not.toContain('xanary');
    await mend();
    await account.rotate(name);
    await endsWith(2);
  });

  it.each([
    ['cut off', (key: string) => `{"key": "${key}", xanary`],
    ['replaced', () => 'xanary'],
  ])('a secret that was %s is told, and nothing of it', async (_, edited) => {
    const SecretId = account.idOf(name);
    await account.secrets.putSecretValue({ SecretId, SecretString: edited(first.key) });
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect(account.log.join()).not.toMatch(/xanary|eyJ/);
  });

  it.each([
    ['the login of a database', { SecretString: '{"username":"xanary","password":"xanary"}' }],
    ['a list', { SecretString: '["xanary"]' }],
    ['a key with more beside it', { SecretString: '{"key":"xanary","password":"xanary"}' }],
    ['bytes', { SecretBinary: Buffer.from('xanary') }],
  ])('a secret under the prefix that holds %s stays as it is, and nothing of it is told', async (_, value) => {
    const { secrets, idOf } = account;
    const foreign = `foreign-${refs++}`;
    await secrets.createSecret({ Name: idOf(foreign), ...value });
    await secrets.rotateSecret({ SecretId: idOf(foreign), RotationLambdaARN: functionArn });
    await settled();
    expect(codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect(await secrets.getSecretValue({ SecretId: idOf(foreign) })).toMatchObject(
      'SecretString' in value ? value : { Name: idOf(foreign) },
    );
    expect(account.log.join()).not.toContain('xanary');
  });

  it('the profile itself, should somebody attach the rotation to it, stays as it is', async () => {
    const { secrets } = account;
    const { SecretString } = await secrets.getSecretValue({ SecretId: profile });
    await secrets.rotateSecret({ SecretId: profile, RotationLambdaARN: functionArn });
    await settled();
    expect(codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect((await secrets.getSecretValue({ SecretId: profile })).SecretString).toBe(SecretString);
    await secrets.cancelRotateSecret({ SecretId: profile });
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

  it.each(steps)('%s with the token of another secret is refused', async Step => {
    const [mine, own] = [name, first];
    meddle('setSecret', dies);
    await account.rotate(name);
    const ClientRequestToken = await pendingId();
    name = `other-${refs++}`;
    first = await obtain();
    await settled();
    const late = account.rotation({ Step, SecretId: account.idOf(name), ClientRequestToken });
    await expect(late).rejects.toThrow('no-rotation');
    await endsWith(1);
    [name, first] = [mine, own];
    account.invoke = account.rotation;
    await account.rotate(name);
    await endsWith(2);
  });

  it.each(steps)('%s of a secret that another function rotates is refused', async Step => {
    const { secrets } = account;
    const SecretId = account.idOf(name);
    await secrets.rotateSecret({ SecretId, RotationLambdaARN: `${functionArn}-of-others` });
    await settled();
    const event = { Step, SecretId, ClientRequestToken: await pendingId() };
    await expect(account.rotation(event)).rejects.toThrow('not-responsible');
    expect((await held())?.key).toBe(first.key);
    expect(await site()).toMatchObject({ generation: 1 });
  });

  it('refuses an event that Secrets Manager has not sent', async () => {
    const event = { SecretId: account.idOf(name), ClientRequestToken: crypto.randomUUID() };
    for (const Step of steps) await expect(account.rotation({ ...event, Step })).rejects.toThrow('no-rotation');
    await expect(account.rotation({ ...event, Step: 'deleteSecret' })).rejects.toThrow();
    await endsWith(1);
  });

  it.each(steps)('refuses %s of a rotation that is over, and whose key was replaced since', async Step => {
    let late: Event | undefined;
    meddle('setSecret', async event => {
      late ??= event;
      await account.rotation(event);
    });
    await account.rotate(name);
    await account.rotate(name);
    // The key before the current one is what persisting has copied: the label is put where the old rotation's version is.
    const MoveToVersionId = late?.ClientRequestToken;
    const move = { SecretId: account.idOf(name), VersionStage: 'KEPT_BY_HAND', MoveToVersionId };
    await account.secrets.updateSecretVersionStage(move);
    await expect(account.rotation({ ...late, Step })).rejects.toThrow('This rotation was called off');
    await endsWith(3);
  });

  it('what stands between and gives back what it was sent, as a refusal, is told by its status alone', async () => {
    account.fetch = async (_, init) => {
      const { key } = JSON.parse(String(init?.body));
      const sent = JSON.stringify([key, [...new Headers(init?.headers)]]);
      return Response.json({ code: key, title: sent, detail: sent }, { status: 403 });
    };
    await account.rotate(name);
    expect(codes()).toEqual([['createSecret', 'unknown']]);
    expect(account.log.join()).toContain('403');
    expect((await account.everySecret()).filter(secret => account.log.join().includes(secret))).toEqual([]);
    account.fetch = instance.fetch;
    await account.rotate(name);
    await endsWith(2);
  });

  it('function and application call what they are granted, and all of it', async () => {
    await account.keyring.refreshDue();
    const ofBoth = ['describeSecret', 'getSecretValue', 'putSecretValue', 'updateSecretVersionStage'];
    expect([...account.called.rotation].sort()).toEqual(ofBoth);
    expect([...account.called.application].sort()).toEqual(
      [...ofBoth, 'createSecret', 'listSecrets', 'rotateSecret'].sort(),
    );
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
