import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../sdk/client.ts';
import { createKeyring, type Keyring } from '../../sdk/keys/keyring.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import type { KeyStore } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { barCount } from '../support/bar-count.ts';
import { Crash, type Fate, FragileProcess, someFate } from '../support/clients/fragile-process.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, seeded } from '../support/seeded.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261111;
const points = barCount(500, 60);
const workerCount = 8;
const name = 'plant';

describe(`a keyring whose process dies (bar R1 from the client, seed ${seed}, ${points} points)`, () => {
  const output = captureOutput();
  const met = new Map<string, number>();
  let server: TestServer;
  let healthy: Client;
  let there: { instance: Instance }[];
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    healthy = (await startInstance(server)).client(server.keys.boost);
    there = await Promise.all(
      Array.from({ length: workerCount }, async () => ({ instance: await startInstance(server) })),
    );
    ({ enterpriseId } = await healthy.call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('ends with exactly one valid key, the one in the store, and one site for each', async () => {
    await mapConcurrently(workerCount, points, async (number, worker) => {
      const reached = there[worker];
      if (reached) await disturb(number, reached).catch((error: unknown) => Promise.reject(at(number, error)));
    });
    expect([...met.keys()].sort()).toEqual(['answer lost', 'dies after', 'dies before', 'killed', 'reply lost']);
    expect(await countSites()).toBe(points);
  });

  /** A new site, then a refresh or a promotion; each begun by processes that die, some two at a time, and ended by one that does not. */
  async function disturb(number: number, reached: { instance: Instance }): Promise<void> {
    const random = seeded(seed + number);
    const store = createMemoryStore();
    const left = new Set<string>();
    const mode = random.chance(0.3) ? ('production' as const) : undefined;
    const input = { enterpriseId, siteRef: `C-${number}`, state: 'active', mode: 'dev' } as const;
    const jobs = [
      async (keyring: Keyring) => await keyring.obtain(name, 'create-site', input),
      async (keyring: Keyring) => await keyring.refresh(name, mode),
    ];
    for (const job of jobs) {
      for (let round = random.below(3); round > 0; round--) {
        const fates = [someFate(random), ...(random.chance(0.3) ? [someFate(random)] : [])];
        await Promise.all(fates.map(async fate => await doomed(fate, store, reached, left, job)));
        expect((await validOf(left)).length).toBeLessThanOrEqual(1);
      }
      await job(keyringOf(store, new FragileProcess(server, reached, left)));
    }
    const held = await keyringOf(store, new FragileProcess(server, reached, left)).current(name);
    expect(await validOf(left)).toEqual([held?.key]);
    if (mode) expect(held?.claims).toMatchObject({ mode });
  }

  async function doomed(
    fate: Fate,
    store: KeyStore,
    reached: { instance: Instance },
    left: Set<string>,
    job: (keyring: Keyring) => Promise<unknown>,
  ): Promise<void> {
    met.set(fate.kind, (met.get(fate.kind) ?? 0) + 1);
    const process = new FragileProcess(server, reached, left, fate);
    await process.live(job(keyringOf(store, process))).catch(passing);
  }

  function keyringOf(store: KeyStore, process: FragileProcess): Keyring {
    const now = () => server.clock.at;
    const { fetch } = process;
    const client = createClient({ url: server.url, key: server.keys.boost, now, fetch, attempts: 2, random: () => 0 });
    return createKeyring({ client, store: process.storeOf(store), root: server.world.root });
  }

  async function validOf(keys: ReadonlySet<string>): Promise<string[]> {
    const verdicts = await Promise.all(
      [...keys].map(async key => ({ key, valid: (await healthy.call('check-validity', { key })).valid })),
    );
    return verdicts.filter(({ valid }) => valid).map(({ key }) => key);
  }

  async function countSites(): Promise<number> {
    let count = 0;
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await healthy.call('list-sites', { enterpriseId, limit: 100, ...(after && { after }) } as never);
      count += page.sites.length;
      after = page.next;
    }
    return count;
  }
});

/** The process died, or the server was unavailable: anything else would be a lock-out. */
function passing(error: unknown): void {
  const passes =
    error instanceof Crash || error instanceof TypeError || (error instanceof ProblemError && error.status === 503);
  if (!passes) throw error;
}

function at(number: number, cause: unknown): Error {
  return new Error(`point ${number}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
