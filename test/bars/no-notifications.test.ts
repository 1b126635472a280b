import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf } from '../../domain/kernel/time.ts';
import { type StreamPump, startStreamPump } from '../../local/stream-pump.ts';
import { tableName } from '../../local/table.ts';
import type { Client } from '../../sdk/client.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { type Instance, operationIds, startInstance } from '../support/server/instance.ts';
import { alertIdOf, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261111;
const hour = 3600;
const stepSeconds = 1200;
const sitesEach = 5;

describe(`SNS is down for six hours (bar R11, seed ${seed})`, () => {
  const output = captureOutput();
  const random = seeded(seed);
  let server: TestServer;
  let instance: Instance;
  let pump: StreamPump;
  let app: Client;
  let enterpriseId: string;
  let refused = 0;

  beforeAll(async () => {
    server = await startServer();
    instance = await startInstance(server);
    app = instance.client(server.keys.hwf);
    ({ enterpriseId } = await app.call('create-enterprise', {}));
    pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    await pump.drain();
  });
  afterAll(async () => {
    await pump.close();
    await server.close();
    output.restore();
  });

  /** Sites whose old keys are presented again: one alert of a clone and one of an old key each. */
  async function raiseAlerts(step: number): Promise<void> {
    for (let i = 0; i < sitesEach; i++) {
      const siteRef = `S${step}-${i}`;
      const { siteId, key } = await app.call('create-site', { enterpriseId, siteRef, state: 'active' });
      await app.call('refresh-key', { siteId, key });
      await expect(app.call('refresh-key', { siteId, key })).rejects.toMatchObject({ code: 'key-superseded' });
      expect(await app.call('check-validity', { key })).toMatchObject({ reason: 'key-superseded' });
    }
  }

  /** Ids of all alerts of some windows. */
  async function raised(windows: ReadonlySet<string>): Promise<string[]> {
    const ids: string[] = [];
    for (const window of windows)
      for (const { sk } of await ledgerOf(server).all(`N#hub#${window}`)) ids.push(alertIdOf(window, String(sk)));
    return ids;
  }

  const delivered = () => server.world.notices.delivered('alerts').map(({ attributes }) => attributes.id ?? '');

  it('loses no alert, tells duplicates by their id, and no request notices', async () => {
    const endsAt = server.clock.at + 6 * hour;
    server.meter.fault = ({ command }) => {
      if (command !== 'PublishCommand' || server.clock.at >= endsAt) return undefined;
      refused += 1;
      return 'drop-before';
    };
    const calls = await server.meter.of(async () => {
      for (let step = 0; server.clock.at < endsAt; step++) {
        await raiseAlerts(step);
        await expect(pump.drain()).rejects.toThrow('deliver-alerts failed');
        server.clock.at += stepSeconds;
      }
    });
    expect(refused).toBeGreaterThan(0);
    expect(delivered()).toEqual([]);
    expect(server.world.notices.deadLetters()).toEqual([]);
    const requests = new Set<string>(operationIds());
    expect(calls.filter(({ by, command }) => requests.has(by) && command === 'PublishCommand')).toEqual([]);

    // It is back, but now and then its answer is lost, even to the SDK's own repeats.
    server.meter.fault = ({ command }) =>
      command === 'PublishCommand' && random.chance(0.3) ? 'drop-after' : undefined;
    while ((await pump.drain().catch(() => 'failed')) === 'failed');

    const expected = await raised(new Set([dayOf(endsAt - 6 * hour), dayOf(endsAt)]));
    expect(expected).toHaveLength(((6 * hour) / stepSeconds) * sitesEach * 2);
    expect([...new Set(delivered())].sort()).toEqual(expected.sort());
    expect(delivered().length).toBeGreaterThan(expected.length);
    const texts = server.world.notices.delivered('alerts').map(notice => JSON.stringify(notice));
    expect(new Set(texts).size).toBe(expected.length);
  });
});
