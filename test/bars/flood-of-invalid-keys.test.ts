import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf } from '../../domain/kernel/time.ts';
import type { Client } from '../../sdk/client.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, seeded } from '../support/seeded.ts';
import { startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { forged } from '../support/vectors/forged-keys.ts';

const seed = 20261125;
const forgeries = barCount(100_000, 1_000);
const deadChecks = barCount(100_000, 800);
const workerCount = 8;
const day = 86_400;

describe(`floods of keys that are not good (bar R25, seed ${seed})`, () => {
  const output = captureOutput('ForgedKeys');
  let server: TestServer;
  let ledger: Ledger;
  let app: Client;
  let operator: Client;
  let enterpriseId: string;
  let genuine: string;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    const instance = await startInstance(server);
    app = instance.client(server.keys.hwf);
    operator = instance.client(server.operatorKey);
    ({ enterpriseId } = await app.call('create-enterprise', {}));
    genuine = (await newSite('genuine')).key;
    await app.call('check-validity', { key: genuine });
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  async function newSite(siteRef: string) {
    return await app.call('create-site', { enterpriseId, siteRef, state: 'active' });
  }

  it(`asks AWS for nothing about ${forgeries} forged keys, and counts each once on its caller`, async () => {
    const calls = await server.meter.of(async () => {
      await mapConcurrently(workerCount, forgeries, async number => {
        const answer = await app.call('check-validity', { key: forged(genuine, seeded(seed + number)) });
        expect(answer).toMatchObject({ valid: false, reason: 'key-not-genuine' });
      });
    });
    expect(calls).toEqual([]);
    const metrics = output.metrics('ForgedKeys');
    expect(metrics).toHaveLength(forgeries);
    expect(new Set(metrics.map(({ caller, ForgedKeys }) => `${caller} ${ForgedKeys}`))).toEqual(new Set(['hub/hwf 1']));
    expect(await ledger.all(`N#hub#${dayOf(server.clock.at)}`)).toEqual([]);
  });

  it('asks AWS for nothing when a forged key shall be refreshed', async () => {
    const { siteId, key } = await newSite('forged');
    await app.call('refresh-key', { siteId, key });
    const calls = await server.meter.of(async () => {
      for (let number = 0; number < 50; number++) {
        const forgery = { siteId, key: forged(genuine, seeded(seed + number)) };
        await expect(app.call('refresh-key', forgery)).rejects.toMatchObject({ code: 'key-not-genuine' });
      }
    });
    expect(calls).toEqual([]);
  });

  it(`alerts once for each subject, reason and day about ${deadChecks} dead keys, and counts the rest`, async () => {
    server.meter.records = false;
    const dead = await deadKeys();
    const random = seeded(seed);
    // Every tenth reply is lost once: the SDK asks again, and the alert is not counted again.
    server.meter.fault = ({ command, attempt }) =>
      command === 'UpdateItemCommand' && attempt === 1 && random.chance(0.1) ? 'drop-after' : undefined;
    const today = dayOf(server.clock.at);
    await check(dead, deadChecks / 2);
    server.clock.at += day;
    const tomorrow = dayOf(server.clock.at);
    await check(dead, deadChecks / 2);
    for (const window of [today, tomorrow]) {
      const alerts = await ledger.all(`N#hub#${window}`);
      const expected = dead.map(({ reason, siteId }) => `${reason}#site:${siteId}`);
      expect(alerts.map(({ sk }) => sk)).toEqual(expected.sort());
      expect(alerts.reduce((sum, { times }) => sum + Number(times), 0)).toBe(deadChecks / 2);
      expect(alerts.every(({ times }) => times === deadChecks / 2 / dead.length)).toBe(true);
    }
  });

  /** Checks each key sequentially: a retry is distinguished from another count only while no other count is between them. */
  async function check(dead: readonly { key: string; reason: string }[], times: number): Promise<void> {
    await mapConcurrently(dead.length, dead.length, async number => {
      const { key = '', reason } = dead[number] ?? {};
      for (let time = 0; time < times / dead.length; time++)
        expect(await app.call('check-validity', { key })).toMatchObject({ valid: false, reason });
    });
  }

  /** Two of each reason. */
  async function deadKeys() {
    const made = [];
    for (const i of [1, 2]) {
      const [replaced, suspended, deleted] = [await newSite(`a${i}`), await newSite(`b${i}`), await newSite(`c${i}`)];
      await app.call('refresh-key', { siteId: replaced.siteId, key: replaced.key });
      await operator.call('update-site', { siteId: suspended.siteId, status: 'suspended' });
      await app.call('delete-site', { siteId: deleted.siteId });
      const expired = await newSite(`d${i}`);
      made.push({ ...replaced, reason: 'key-superseded' }, { ...suspended, reason: 'suspended' });
      made.push({ ...deleted, reason: 'deleted' }, { ...expired, reason: 'key-expired' });
    }
    server.clock.at += 32 * day;
    return made;
  }
});
