import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quarterOf } from '../../domain/kernel/time.ts';
import { streams } from '../../lambdas/streams.ts';
import { tableName } from '../../local/table.ts';
import { openTableStream, type StreamRecord } from '../../local/table-stream.ts';
import type { Fault } from '../support/aws/meter.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { type FunctionId, runFunction } from '../support/server/functions.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { countersOf, standingByCounters, standingByItems } from '../support/server/site-counts.ts';
import { alertsBetween, hourOf, letEndAt, sweep, sweptUpTo } from '../support/server/sweeps.ts';

const seed = 20261106;
const siteCount = 24;
/** in which their keys end */
const hours = 3;
const hour = 3600;
const day = 86_400;
/** The moments of docs/rules.md 3.4 and 3.5, from the hour in which a key ends. */
const moments = [-5 * day, -3 * day, -day, hour, hour + 60 * day];

describe(`every event delivered 1 to 5 times, at once and out of order (bar R6, seed ${seed})`, () => {
  const output = captureOutput();
  const random = seeded(seed);
  let server: TestServer;
  let ledger: Ledger;
  let enterpriseId: string;
  let siteIds: string[];
  /** the first hour in which keys end */
  let ends: number;
  let from: number;
  let deliveries = 0;
  let brokenOff = 0;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    from = server.clock.at;
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    const create = async (_: unknown, i: number) =>
      await server.hwf.call('create-site', { enterpriseId, siteRef: `R6-${i}`, state: 'active' });
    const sites = await Promise.all(Array.from({ length: siteCount }, create));
    siteIds = sites.map(({ siteId }) => siteId);
    ends = hourOf(from) + 30 * day;
    const keys = [...siteIds.map(keyOf.site), keyOf.enterpriseKey(enterpriseId, 'hwf')];
    for (const key of keys) await letEndAt(server, key, ends + random.below(hours * hour));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('of the schedule: one alert for each key and moment, one transition for each site', async () => {
    for (const moment of moments) {
      await sweptUpTo(server, ends + moment - hour);
      for (const after of [hour, hours * hour]) {
        server.clock.at = ends + moment + after;
        await deliverSweeps();
      }
    }
    expect(brokenOff).toBeGreaterThan(0);
    process.stderr.write(`R6: ${deliveries} deliveries of the sweep, ${brokenOff} broken off\n`);
    const told = (subject: string) => [
      ...['5-days', '3-days', '1-day'].map(detail => `1 × expiring-soon ${detail} ${subject}`),
      `1 × key-expired ${subject}`,
    ];
    const expected = siteIds.flatMap(siteId => [...told(`site:${siteId}`), `1 × dormant site:${siteId}`]);
    const alerts = await alertsBetween(ledger, from, server.clock.at);
    expect(alerts.sort()).toEqual([...expected, ...told(`enterprise-key:${enterpriseId}/hwf`)].sort());
    for (const siteId of siteIds)
      expect(await ledger.get(keyOf.site(siteId))).toMatchObject({ seq: 2, status: 'dormant', key: { phase: 4 } });
    const quarters = [...new Set(Array.from({ length: 100 }, (_, i) => quarterOf(from + i * day)))];
    const counted = standingByCounters(await countersOf(ledger, `${enterpriseId}#hwf`, quarters));
    expect(counted).toEqual({ 'production:active:dormant': siteCount });
    expect(counted).toEqual(await standingByItems(server.operator, enterpriseId));
  });

  it('of the stream: one audit event for each transition, one alert under one id for each that was raised', async () => {
    const written = await recordsOfTable();
    expect(written.length).toBeGreaterThan(siteCount * 6);
    const records = written.flatMap(record => Array.from({ length: 1 + random.below(5) }, () => record));
    const batches = inBatches(shuffled(records, random), 50);
    for (const id of streamIds())
      await mapConcurrently(4, batches.length, async number => {
        const answer = await runFunction(server, id, { Records: batches[number] });
        expect(answer).toEqual({ batchItemFailures: [] });
      });
    for (const siteId of siteIds) expect(await actionsOf(siteId)).toEqual(['1 create-site', '2 sweep-expiry']);
    const delivered = new Set(server.world.notices.delivered('alerts').map(({ attributes }) => attributes.id));
    expect(delivered.size).toBe((await alertsBetween(ledger, from, server.clock.at)).length);
  });

  /** One event of the schedule, delivered a few times at once; the next hour's comes whole. */
  async function deliverSweeps(): Promise<void> {
    const times = 1 + random.below(5);
    deliveries += times + 1;
    const deliver = async () => await server.meter.faulty(faultBy(random), async () => await sweep(server));
    const outcomes = await Promise.allSettled(Array.from({ length: times }, deliver));
    brokenOff += outcomes.filter(({ status }) => status === 'rejected').length;
    await sweep(server);
  }

  async function actionsOf(site: string): Promise<string[]> {
    const months = new Set([from, server.clock.at].map(at => new Date(at * 1000).toISOString().slice(0, 7)));
    const pages = [...months].map(async month => {
      const asked = { site, month: month.replace('-', '') };
      return (await server.operator.call('list-audit-events', asked)).events;
    });
    return (await Promise.all(pages)).flat().map(({ seq, action }) => `${seq} ${action}`);
  }
});

/** Writes are delayed, replies are lost, and sometimes the progress of a run is not recorded. */
function faultBy(random: SeededRandom): Fault {
  return async ({ command, input }) => {
    if (command === 'QueryCommand') return undefined;
    await new Promise(resolve => setTimeout(resolve, random.below(4)));
    if (Object(input.Item).pk?.S === 'W#sweep-expiry' && random.chance(0.6)) return 'drop-before';
    return random.chance(0.03) ? 'drop-after' : undefined;
  };
}

function streamIds(): FunctionId[] {
  return Object.keys(streams).filter((id): id is keyof typeof streams => id in streams);
}

async function recordsOfTable(): Promise<StreamRecord[]> {
  const stream = await openTableStream(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', tableName);
  const records: StreamRecord[] = [];
  for (const shard of await stream.shards())
    for (let after: string | undefined, more = true; more; ) {
      const page = await stream.records(shard, after, 1000);
      records.push(...page);
      after = page.at(-1)?.dynamodb.SequenceNumber;
      more = page.length > 0;
    }
  return records;
}

function shuffled<T>(list: readonly T[], random: SeededRandom): T[] {
  return list
    .map(item => ({ item, place: random.below(2 ** 32) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function inBatches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
