import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf } from '../../domain/kernel/time.ts';
import type { Client } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { startInstance } from '../support/server/instance.ts';
import { Interleaving } from '../support/server/interleaving.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261102;
const schedules = barCount(1000, 100);
const workerCount = 5;

/** A site goes through many schedules: the winner's key is the next one's. */
interface ClonedSite {
  readonly siteId: string;
  key: string;
  generation: number;
}

describe(`clones of one key refresh at once (bar R2, seed ${seed}, ${schedules} schedules)`, () => {
  const output = captureOutput();
  let server: TestServer;
  let ledger: Ledger;
  let instances: Client[];
  let sites: ClonedSite[];
  const clonesSeen = new Set<number>();

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    ledger = ledgerOf(server);
    instances = await Promise.all([1, 2, 3].map(async () => (await startInstance(server)).client(server.keys.hwf)));
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const newSite = async (_: unknown, worker: number) =>
      await server.hwf.call('create-site', { enterpriseId, siteRef: `clone-${worker}`, state: 'active' });
    sites = await Promise.all(Array.from({ length: workerCount }, newSite));
    for (const instance of instances) for (const site of sites) await warm(instance, site);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('lets exactly one win, refuses the others with key-superseded, and alerts once', async () => {
    await mapConcurrently(workerCount, schedules, async (number, worker) => {
      const site = sites[worker];
      if (site) await run(seeded(seed + number), site);
    });
    expect([...clonesSeen].sort()).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  /** Warm caches: a piece that waits for what another one loads would wait for its turn for ever. */
  async function warm(client: Client, site: ClonedSite): Promise<void> {
    const { key, generation } = await client.call('refresh-key', { siteId: site.siteId, key: site.key });
    Object.assign(site, { key, generation });
  }

  async function run(random: SeededRandom, site: ClonedSite): Promise<void> {
    const clones = 2 + random.below(7);
    clonesSeen.add(clones);
    const interleaving = new Interleaving(random, clones);
    const { siteId, key } = site;
    const refresh = async (_: unknown, clone: number) => {
      const client = instances[clone % instances.length] ?? server.hwf;
      const work = async () => await client.call('refresh-key', { siteId, key });
      return await server.meter.faulty(interleaving.turnOf(clone), work).finally(() => interleaving.done());
    };
    const outcomes = await Promise.allSettled(Array.from({ length: clones }, refresh));

    const winners = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const losers = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [codeOf(outcome.reason)] : []));
    expect(losers).toEqual(Array.from({ length: clones - 1 }, () => 'key-superseded'));
    expect(winners.map(winner => winner.generation)).toEqual([site.generation + 1]);
    expect(await ledger.get(keyOf.site(siteId))).toMatchObject({ key: { g: site.generation + 1 } });
    expect(await clonesAlerted(site)).toEqual([clones - 1]);
    Object.assign(site, { key: winners[0]?.key, generation: site.generation + 1 });
  }

  /** @returns for each alert of this site and generation how often it was raised */
  async function clonesAlerted({ siteId, generation }: ClonedSite): Promise<number[]> {
    const prefix = `possible-clone#site:${siteId}#generation-${generation}`;
    const alerts = await ledger.all(`N#hub#${dayOf(server.clock.at)}`, prefix);
    return alerts.filter(({ sk }) => sk === prefix).map(({ times }) => Number(times));
  }
});

function codeOf(error: unknown): string {
  return error instanceof ProblemError ? error.code : String(error);
}
