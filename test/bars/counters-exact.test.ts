import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quarterOf } from '../../domain/kernel/time.ts';
import type { Client } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import type { Fault } from '../support/aws/meter.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { firstMoment } from '../support/server/first-moment.ts';
import { startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { countersOf, movesByCounters, standingByCounters, standingByItems } from '../support/server/site-counts.ts';

const seed = 20261105;
const changes = barCount(10_000, 1_000);
const changesBetweenQuietPoints = 250;
const workerCount = 12;
const kinds = ['create', 'update', 'update', 'delete', 'promote', 'suspend', 'reinstate', 'reinstate'] as const;
const states = ['basic', 'commissioning', 'active'] as const;
const day = 86_400;

/** Sites that the workers share: two of them at one site is a conflict of its own. */
interface KnownSite {
  readonly siteId: string;
  key: string;
}

describe(`counters under conflicts and throttles (bar R5, seed ${seed}, ${changes} changes)`, () => {
  const output = captureOutput();
  const done = new Map<string, number>();
  const sites: KnownSite[] = [];
  const quarters = new Set<string>();
  let server: TestServer;
  let ledger: Ledger;
  let app: Client;
  let operator: Client;
  let enterprises: string[];

  beforeAll(async () => {
    // Nothing renews links here: what is certified at the start must last until after the end of the quarter.
    server = await startServer({ at: endOfQuarter(firstMoment) - 14 * day });
    server.meter.records = false;
    ledger = ledgerOf(server);
    const instance = await startInstance(server, { sleep: soon });
    app = instance.client(server.keys.boost);
    operator = instance.client(server.operatorKey);
    enterprises = [];
    for (let i = 0; i < 2; i++) enterprises.push((await app.call('create-enterprise', {})).enterpriseId);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('equal the counted items at every quiet point, over the end of a quarter', async () => {
    const quietPoints = changes / changesBetweenQuietPoints;
    for (let point = 0; point < quietPoints; point++) {
      if (point === Math.floor(quietPoints / 2)) server.clock.at = endOfQuarter(server.clock.at) + day;
      quarters.add(quarterOf(server.clock.at));
      await mapConcurrently(workerCount, changesBetweenQuietPoints, async number =>
        change(seeded(seed + point * changesBetweenQuietPoints + number)),
      );
      for (const enterprise of enterprises)
        expect(standingByCounters(await sums(enterprise))).toEqual(await standingByItems(operator, enterprise));
    }
    for (const enterprise of enterprises) await expectExplained(enterprise);
    expect([await moved('new'), await moved('deleted')]).toEqual([done.get('counted'), done.get('uncounted')]);
    expect(await moved('recreated')).toBeGreaterThan(0);
    // One in fifty meets others at every attempt; the rest must get through.
    expect(done.get('unavailable') ?? 0).toBeLessThan(changes * 0.03);
    process.stderr.write(`R5: ${JSON.stringify(Object.fromEntries(done))}\n`);
    expect(quarters.size).toBe(2);
    for (const kind of kinds) expect(done.get(kind)).toBeGreaterThan(0);
  });

  function tell(outcome: string): void {
    done.set(outcome, (done.get(outcome) ?? 0) + 1);
  }

  async function change(random: SeededRandom): Promise<void> {
    const kind = sites.length < 50 ? 'create' : random.pick(kinds);
    await server.meter
      .faulty(faultBy(random), async () => await changesOf(random)[kind]())
      .then(
        () => tell(kind),
        (error: unknown) => tell(codeOf(error)),
      );
  }

  function changesOf(random: SeededRandom) {
    const there = (): KnownSite => random.pick(sites);
    return {
      create: async () => {
        const mode = random.pick(['dev', 'production'] as const);
        const siteRef = `ref-${random.below(200)}`;
        const names = { enterpriseId: random.pick(enterprises), siteRef, state: random.pick(states), mode };
        const { siteId, key } = await app.call('create-site', names);
        sites.push({ siteId, key });
        if (mode === 'production') tell('counted');
      },
      update: async () => await app.call('update-site', { siteId: there().siteId, state: random.pick(states) }),
      delete: async () => {
        const site = there();
        const { mode } = await app.call('delete-site', { siteId: site.siteId });
        if (mode === 'production') tell('uncounted');
        sites.splice(sites.indexOf(site), 1);
      },
      promote: async () => {
        const site = there();
        const { key } = await app.call('refresh-key', { ...site, mode: 'production' });
        site.key = key;
      },
      suspend: async () => await operator.call('update-site', { siteId: there().siteId, status: 'suspended' }),
      reinstate: async () => await operator.call('update-site', { siteId: there().siteId, status: 'live' }),
    } as const;
  }

  async function sums(enterprise: string): Promise<Record<string, number>> {
    return await countersOf(ledger, `${enterprise}#boost`, [...quarters]);
  }

  /** In each quarter: what was billed before, with every move since, is what is billed after. */
  async function expectExplained(enterprise: string): Promise<void> {
    let billed = 0;
    const upTo: string[] = [];
    for (const quarter of quarters) {
      upTo.push(quarter);
      const moves = movesByCounters(await countersOf(ledger, `${enterprise}#boost`, [quarter]));
      const gained = sumOf(moves, 'new', 'promoted', 'reactivated', 'proxyRemoved');
      billed += gained - sumOf(moves, 'deleted', 'dormant', 'proxied');
      const standing = standingByCounters(await countersOf(ledger, `${enterprise}#boost`, upTo));
      const production = Object.entries(standing).filter(([cell]) => cell.startsWith('production:'));
      expect(production.reduce((sum, [, count]) => sum + count, 0)).toBe(billed);
    }
  }

  function sumOf(moves: Record<string, number>, ...names: string[]): number {
    return names.reduce((sum, name) => sum + (moves[name] ?? 0), 0);
  }

  /** How often a move was made, by the counters. */
  async function moved(move: string): Promise<number> {
    const all = await Promise.all(enterprises.map(sums));
    return all.reduce((sum, counters) => sum + (movesByCounters(counters)[move] ?? 0), 0);
  }
});

/** Every fifth transaction meets another one, or is throttled; now and then all its attempts do, or its reply is lost. */
function faultBy(random: SeededRandom): Fault {
  const stubborn = random.chance(0.02);
  return ({ command }) => {
    if (command !== 'TransactWriteItemsCommand') return undefined;
    if (stubborn || random.chance(0.2)) return random.pick(['conflict', 'throttled-transaction']);
    return random.chance(0.02) ? 'drop-after' : undefined;
  };
}

/** Pauses between attempts cost the test nothing. */
async function soon(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
}

function endOfQuarter(at: number): number {
  const quarter = quarterOf(at);
  let later = at;
  while (quarterOf(later) === quarter) later += day;
  return later;
}

function codeOf(error: unknown): string {
  if (!(error instanceof ProblemError) || error.code === 'internal') throw error;
  return error.code;
}
