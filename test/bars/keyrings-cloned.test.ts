import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf } from '../../domain/kernel/time.ts';
import { createKeyring, type Keyring } from '../../sdk/keys/keyring.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, seeded } from '../support/seeded.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261112;
const rounds = barCount(1000, 100);
const workerCount = 4;

/** Schedules inside the server are the server's share (one-clone-wins.test.ts); here the machines of the client are copied with their disks. */
describe(`clones of a machine refresh with the real client (bar R2, seed ${seed}, ${rounds} times)`, () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let ledger: Ledger;
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    ledger = ledgerOf(server);
    instance = await startInstance(server);
    ({ enterpriseId } = await instance.client(server.keys.hwf).call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  async function keyringWith(key: string): Promise<Keyring> {
    const client = instance.client(server.keys.hwf);
    const keyring = createKeyring({ client, store: createMemoryStore(), root: server.world.root });
    await keyring.adopt('plant', key);
    return keyring;
  }

  it('lets exactly one win; the others keep what they have, are told, and do not ask again; one alert', async () => {
    await mapConcurrently(workerCount, rounds, async number => {
      const random = seeded(seed + number);
      const input = { enterpriseId, siteRef: `clone-${number}`, state: 'active' } as const;
      const { siteId, key } = await instance.client(server.keys.hwf).call('create-site', input);
      const clones = await Promise.all(Array.from({ length: 2 + random.below(7) }, async () => await keyringWith(key)));
      const outcomes = await Promise.allSettled(clones.map(async clone => await clone.refresh('plant')));

      const winners = outcomes.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
      const losers = outcomes.flatMap(one => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
      expect(winners.map(({ claims }) => claims.gen)).toEqual([2]);
      expect(losers).toEqual(Array.from({ length: clones.length - 1 }, () => 'key-superseded'));
      const held = await Promise.all(clones.map(async clone => (await clone.current('plant'))?.key));
      expect(held.filter(one => one === winners[0]?.key)).toHaveLength(1);
      expect(held.filter(one => one === key)).toHaveLength(clones.length - 1);
      const prefix = `possible-clone#site:${siteId}#generation-1`;
      const alerts = await ledger.all(`N#hub#${dayOf(server.clock.at)}`, prefix);
      expect(alerts.map(({ times }) => times)).toEqual([clones.length - 1]);
    });
  });

  it('a loser that looks by itself what is due asks once, not every quarter of an hour', async () => {
    const client = instance.client(server.keys.hwf);
    const { siteId, key } = await client.call('create-site', { enterpriseId, siteRef: 'again', state: 'active' });
    await client.call('refresh-key', { siteId, key });
    let requests = 0;
    const counting = {
      ...client,
      callByName: async (...asked: Parameters<typeof client.callByName>) => {
        requests++;
        return await client.callByName(...asked);
      },
    };
    const troubles: unknown[] = [];
    const onError = (_: string, error: unknown) => troubles.push(codeOf(error));
    const keyring = createKeyring({ client: counting, store: createMemoryStore(), root: server.world.root, onError });
    await keyring.adopt('plant', key);
    server.clock.at += 24 * 86_400;
    for (let i = 0; i < 10; i++) await keyring.refreshDue();
    expect([requests, troubles]).toEqual([1, ['key-superseded']]);
  });
});

function codeOf(error: unknown): string {
  return error instanceof ProblemError ? error.code : String(error);
}
