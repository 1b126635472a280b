import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { quarterOf } from '../../domain/kernel/time.ts';
import { type Client, createClient } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { type Fault, isTableCommand } from '../support/aws/meter.ts';
import { barCount } from '../support/bar-count.ts';
import { withoutPauses } from '../support/clients/pauses.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { startInstance } from '../support/server/instance.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { countersOf, standingByCounters, standingByItems } from '../support/server/site-counts.ts';

const seed = 20261110;
const operationCount = barCount(3000, 500);
const workerCount = 8;
const throttled = 0.2;
/** how often each kind happens, of a hundred */
const mix = { check: 45, refresh: 25, list: 5, get: 5, create: 10, update: 6, delete: 4 } as const;
type Kind = keyof typeof mix;

const isKind = (name: string): name is Kind => name in mix;
const kinds = Object.entries(mix)
  .flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind))
  .filter(isKind);
const states = ['basic', 'commissioning', 'active'] as const;

/** A site that its worker alone changes, so that an operation which fails has failed by throttling alone. */
interface WorkerSite {
  readonly siteId: string;
  key: string;
  generation: number;
  state: number;
}

describe(`DynamoDB throttles ${throttled * 100} % of the calls (bar R10, seed ${seed}, ${operationCount} operations)`, () => {
  const output = captureOutput();
  /** status and Retry-After of every answer that a client saw, also of those that it asked for again */
  const faces = new Set<string>();
  const workers: WorkerSite[][] = Array.from({ length: workerCount }, () => []);
  let server: TestServer;
  let ledger: Ledger;
  let app: Client;
  let operator: Client;
  let enterpriseId: string;
  /** no worker changes it: a list of it always needs the same calls */
  let listed: string;
  let refs = 0;

  beforeAll(async () => {
    withoutPauses();
    server = await startServer();
    server.meter.records = false;
    ledger = ledgerOf(server);
    // The attempts of the client are its default.
    const { fetch } = await startInstance(server, { sleep: async () => {} });
    const noting: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      faces.add(`${response.status} ${response.headers.get('retry-after') ?? ''}`.trim());
      return response;
    };
    const clientOf = (key: typeof server.operatorKey) =>
      createClient({ url: server.url, key, now: () => server.clock.at, fetch: noting });
    app = clientOf(server.keys.boost);
    operator = clientOf(server.operatorKey);
    ({ enterpriseId } = await app.call('create-enterprise', {}));
    ({ enterpriseId: listed } = await app.call('create-enterprise', {}));
    for (let i = 0; i < 40; i++)
      await app.call('create-site', { enterpriseId: listed, siteRef: `L-${i}`, state: 'active', mode: 'dev' });
    await mapConcurrently(
      workerCount,
      workerCount * 4,
      async (_, worker) => await operations(seeded(worker), worker).create(),
    );
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await server.close();
    output.restore();
  });

  it('answers 99.9 % within the attempts of the client, with at most 1.5 attempts for each call, and no partial effect', async () => {
    const needed = await attemptsIn(operationCount / 4, () => () => undefined, seed - 1);
    const met = await attemptsIn(operationCount, faultBy, seed);
    const figures = {
      operations: operationCount,
      failed: met.failed,
      attempts: met.attempts,
      attemptsForEachCall: round(met.attempts / met.calls),
      attemptsForEachNeededCall: round(met.attempts / operationCount / (needed.calls / (operationCount / 4))),
    };
    process.stderr.write(`R10: ${JSON.stringify(figures)}\n`);
    expect(needed).toMatchObject({ failed: 0, attempts: needed.calls });
    expect(met.failed).toBeLessThanOrEqual(operationCount * 0.001);
    expect(figures.attemptsForEachCall).toBeLessThanOrEqual(1.5);
    expect(figures.attemptsForEachNeededCall).toBeLessThanOrEqual(1.5);
    expect([...faces].sort()).toEqual(['200', '201', '503 5']);
    await expectWhole();
  });

  /** Runs a mix of operations. @returns what they asked of the table: logical calls, and attempts at them */
  async function attemptsIn(count: number, faultOf: (random: SeededRandom) => Fault, from: number) {
    const met = { calls: 0, attempts: 0, failed: 0 };
    const counted =
      (fault: Fault): Fault =>
      call => {
        if (!isTableCommand(call.command)) return undefined;
        met.attempts += 1;
        if (call.attempt === 1) met.calls += 1;
        return fault(call);
      };
    await mapConcurrently(workerCount, count, async (number, worker) => {
      const random = seeded(from * 1000 + number);
      await server.meter
        .faulty(counted(faultOf(random)), operations(random, worker)[random.pick(kinds)])
        .catch(error => {
          met.failed += expectPassing(error);
        });
    });
    return met;
  }

  function operations(random: SeededRandom, worker: number) {
    const mine = workers[worker] ?? [];
    const some = () => random.pick(mine);
    const create = async () => {
      const mode = random.pick(['dev', 'production'] as const);
      const wanted = { enterpriseId, siteRef: `R10-${refs++}`, state: states[0], mode };
      const { siteId, key, generation } = await app.call('create-site', wanted);
      mine.push({ siteId, key, generation, state: 0 });
    };
    return {
      create,
      async check() {
        const { key } = some();
        expect((await app.call('check-validity', { key })).valid).toBe(true);
      },
      async refresh() {
        const site = some();
        const { key, generation } = await app.call('refresh-key', { siteId: site.siteId, key: site.key });
        expect(generation).toBe(site.generation + 1);
        Object.assign(site, { key, generation });
      },
      async update() {
        const site = some();
        const state = (site.state + 1) % states.length;
        await app.call('update-site', { siteId: site.siteId, state: states[state] ?? 'basic' });
        site.state = state;
      },
      async delete() {
        if (mine.length < 3) return await create();
        const site = some();
        await app.call('delete-site', { siteId: site.siteId });
        mine.splice(mine.indexOf(site), 1);
      },
      get: async () => void (await app.call('get-site', { siteId: some().siteId })),
      list: async () => void (await app.call('list-sites', { enterpriseId: listed, limit: 5 })),
    } as const satisfies Record<Kind, () => Promise<void>>;
  }

  /** Counters are the counted items, and of every site exactly the key lives that its client has. */
  async function expectWhole(): Promise<void> {
    const counters = await countersOf(ledger, `${enterpriseId}#boost`, [quarterOf(server.clock.at)]);
    const standing = await standingByItems(operator, enterpriseId);
    expect(standingByCounters(counters)).toEqual(standing);
    expect(Object.values(standing).reduce((a, b) => a + b)).toBe(workers.flat().length);
    await mapConcurrently(workerCount, workers.flat().length, async number => {
      const site = workers.flat()[number];
      if (!site) return;
      expect((await app.call('check-validity', { key: site.key })).valid).toBe(true);
      expect(await ledger.get(keyOf.site(site.siteId))).toMatchObject({ key: { g: site.generation } });
    });
  }
});

function faultBy(random: SeededRandom): Fault {
  return ({ command }) => {
    if (!random.chance(throttled)) return undefined;
    const plain = ['throttle', 'throttle-table'] as const;
    return random.pick(command === 'TransactWriteItemsCommand' ? [...plain, 'throttled-transaction'] : plain);
  };
}

/** Only what may pass may be the end of an operation here. @returns 1 */
function expectPassing(error: unknown): number {
  if (!(error instanceof ProblemError) || error.code !== 'unavailable') throw error;
  return 1;
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000;
}
