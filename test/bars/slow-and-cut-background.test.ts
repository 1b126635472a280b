import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { monthOf, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import { getObject } from '../../lambdas/platform/aws/objects.ts';
import type { Runtime } from '../../lambdas/platform/kernel/runtime.ts';
import { type StreamPump, startStreamPump } from '../../local/stream-pump.ts';
import { tableName } from '../../local/table.ts';
import { openTableStream, type StreamRecord } from '../../local/table-stream.ts';
import { someDisturbance } from '../support/aws/disturbance.ts';
import { type LinkedWorld, linkWorld } from '../support/aws/linked-world.ts';
import { withoutPauses } from '../support/clients/pauses.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { type FunctionId, runFunction } from '../support/server/functions.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { alertsBetween, comeTo, hourOf, sweptUpTo } from '../support/server/sweeps.ts';

const seed = 20261209;
/** Ends a function that never succeeds; each disturbance hits one request, so that a few runs are enough. */
const mostRuns = 40;
const hour = 3600;
const day = 86_400;
const trust = { pk: 'O#hub', sk: 'TRUST' };

describe(`connections to AWS are slow or cut while functions run that no client calls (seed ${seed})`, () => {
  const output = captureOutput();
  const random = seeded(seed);
  let server: TestServer;
  let world: LinkedWorld;
  let ledger: Ledger;
  let pump: StreamPump;
  let enterpriseId: string;
  let siteId: string;
  /** the hour in which the site's key expires */
  let ends: number;
  let from: number;
  let failedRuns = 0;

  beforeAll(async () => {
    withoutPauses();
    server = await startServer();
    from = server.clock.at;
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    const site = await server.hwf.call('create-site', { enterpriseId, siteRef: 'A', state: 'active' });
    ({ siteId } = site);
    ends = hourOf(Date.parse(site.expiresAt) / 1000);
    pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    await pump.drain();
    world = await linkWorld(server);
    ledger = ledgerOf(server);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await pump.close();
    await world.close();
    await server.close();
    output.restore();
  });

  /** Runs a function, disturbed each time, until a run reports success: it is started again by its schedule or after its alarm. */
  async function runDisturbed(id: FunctionId): Promise<void> {
    const failures: unknown[] = [];
    while (failures.length < mostRuns) {
      try {
        await world.disturbed(
          someDisturbance(random).fault,
          async runtime => await runFunction(server, id, {}, runtime),
        );
        return;
      } catch (error) {
        failures.push(error);
        failedRuns++;
      }
    }
    throw new AggregateError(failures, `${id} failed in ${mostRuns} disturbed runs`);
  }

  /** Delivers records as Lambda does: after a failure, again from the first record that failed. */
  async function deliverDisturbed(id: FunctionId): Promise<void> {
    const stream = await openTableStream(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', tableName);
    for (const shard of await stream.shards())
      for (let records = await stream.records(shard, undefined, 1000); records.length > 0; ) {
        const { fault } = someDisturbance(random);
        const batch = records.slice(0, 10).map(record => writtenAt(record, server.clock.at));
        const deliver = async (runtime: Partial<Runtime>) => await runFunction(server, id, { Records: batch }, runtime);
        const [failure] = Object(await world.disturbed(fault, deliver)).batchItemFailures;
        const first = batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failure?.itemIdentifier);
        if (failure) failedRuns++;
        records = records.slice(failure ? first : batch.length);
      }
  }

  it('sweep-expiry raises each warning and the expiry alert once', async () => {
    for (const moment of [-5 * day, -3 * day, -day, hour]) {
      await comeTo(server, ends + moment);
      await runDisturbed('sweep-expiry');
    }
    const alerts = (await alertsBetween(ledger, from, server.clock.at)).filter(text => text.includes(siteId));
    expect(alerts.sort()).toEqual([
      `1 × expiring-soon 1-day site:${siteId}`,
      `1 × expiring-soon 3-days site:${siteId}`,
      `1 × expiring-soon 5-days site:${siteId}`,
      `1 × key-expired site:${siteId}`,
    ]);
  });

  it('deliver-alerts delivers every alert', async () => {
    await deliverDisturbed('deliver-alerts');
    const delivered = new Set(server.world.notices.delivered('alerts').map(({ attributes }) => attributes.id));
    expect(delivered.size).toBe((await alertsBetween(ledger, from, server.clock.at)).length);
  });

  it('write-audit writes every event', async () => {
    await deliverDisturbed('write-audit');
    expect(server.world.notices.deadLetters()).toEqual([]);
    const months = [...new Set([from, server.clock.at].map(monthOf))];
    const pages = months.map(async month => await server.operator.call('list-audit-events', { site: siteId, month }));
    const events = (await Promise.all(pages)).flatMap(page => page.events);
    expect(events.map(({ action }) => action)).toEqual(['create-site']);
  });

  it('renew-responders publishes a new responder key', async () => {
    const before = Object(await ledger.get(trust)).responderLinks[0];
    await runDisturbed('renew-responders');
    expect(Object(await ledger.get(trust)).responderLinks[0]).not.toBe(before);
  });

  it('renew-links renews the link that is due', async () => {
    const linkOf = async () => Object(await ledger.get(keyOf.enterprise(enterpriseId))).link.exp;
    const before = await linkOf();
    server.clock.at += 31 * day;
    await runDisturbed('renew-links');
    expect(await linkOf()).toBeGreaterThan(before);
  });

  it('recount-sites completes the month', async () => {
    await runDisturbed('recount-sites');
    expect(await ledger.get({ pk: 'W#hub', sk: 'recount' })).toMatchObject({ isDone: true });
  });

  it('seal-audit seals the month that has ended', async () => {
    await pump.drain();
    const month = monthOf(from);
    const time = new Date(server.clock.at * 1000);
    server.clock.at = Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 8) / 1000;
    await runDisturbed('seal-audit');
    // A run that lost the reply to its own record sees it as that of another run, and leaves the rest to the next day.
    await runFunction(server, 'seal-audit');
    expect(await getObject(server.world.runtime, `audit/hub/${month}/seal.json`)).toBeDefined();
  });

  it('make-statements publishes the statement and notifies finance', async () => {
    const quarter = quarterOf(from);
    server.clock.at = quarterEnds(quarter) + 12 * day;
    await sweptUpTo(server, hourOf(server.clock.at));
    await runDisturbed('make-statements');
    expect(await getObject(server.world.runtime, `statements/hub/${quarter}/r1/statement.jws`)).toBeDefined();
    const notices = server.world.notices.delivered('finance').map(({ attributes }) => attributes.quarter);
    expect(notices).toContain(quarter);
  });

  it('some runs failed and were repeated', () => {
    expect(failedRuns).toBeGreaterThan(3);
  });
});

/** Sets the time of a record to the clock of the test; the emulator uses the clock of the machine. */
function writtenAt(record: StreamRecord, at: number): StreamRecord {
  return { ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: at } };
}
