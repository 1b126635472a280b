import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { quarterOf } from '../../domain/kernel/time.ts';
import { runFunction } from '../support/server/functions.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { countersOf, movesByCounters, standingByCounters, standingByItems } from '../support/server/site-counts.ts';
import { alertsBetween, comeTo, hourOf, sweep } from '../support/server/sweeps.ts';

const hour = 3600;
const day = 86_400;
const toDormant = hour + 60 * day;

describe('a site whose key ended 60 days ago', () => {
  let server: TestServer;
  let ledger: Ledger;
  let enterpriseId: string;
  let siteId: string;
  let key: string;
  /** the hour in which its key ends */
  let ends: number;
  let from: number;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
  });
  beforeEach(async () => {
    from = server.clock.at;
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    const site = await server.hwf.call('create-site', { enterpriseId, siteRef: 'ABC123', state: 'active' });
    ({ siteId, key } = site);
    ends = hourOf(Date.parse(site.expiresAt) / 1000);
  });
  afterAll(async () => await server.close());

  async function dormantAlerts(): Promise<string[]> {
    const all = await alertsBetween(ledger, from, server.clock.at);
    return all.filter(text => text.endsWith(`dormant site:${siteId}`));
  }

  /** The counters, computed from the items themselves. */
  async function standing(): Promise<Record<string, number>> {
    const cells = await counted();
    expect(cells).toEqual(await standingByItems(server.operator, enterpriseId));
    return cells;
  }

  async function counted(): Promise<Record<string, number>> {
    return standingByCounters(await counters());
  }

  async function counters(): Promise<Record<string, number>> {
    const quarters = new Set<string>();
    for (let at = from; at < server.clock.at + day; at += day) quarters.add(quarterOf(at));
    return await countersOf(ledger, `${enterpriseId}#hwf`, [...quarters]);
  }

  it('is put to sleep when every key of its hour has, with its counters, an audit event and one alert', async () => {
    await comeTo(server, ends + toDormant - 1);
    await sweep(server);
    expect(await counted()).toEqual({ 'production:active:live': 1 });
    await comeTo(server, ends + toDormant);
    expect(await sweep(server)).toMatchObject({ dormant: 1 });
    expect(await standing()).toEqual({ 'production:active:dormant': 1 });
    expect(await dormantAlerts()).toEqual([`1 × dormant site:${siteId}`]);
    expect(await ledger.get(keyOf.site(siteId))).toMatchObject({
      seq: 2,
      event: { actor: 'schedule:sweep-expiry', action: 'sweep-expiry' },
    });
  });

  it('leaves the index, can be neither refreshed nor reinstated, and wakes by a new key', async () => {
    await comeTo(server, ends + toDormant);
    await sweep(server);
    expect((await ledger.get(keyOf.site(siteId)))?.xpk).toBeUndefined();
    await runFunction(server, 'renew-links');
    const expired = { code: 'key-expired' };
    await expect(server.hwf.call('refresh-key', { siteId, key })).rejects.toMatchObject(expired);
    await expect(server.operator.call('update-site', { siteId, status: 'live' })).rejects.toMatchObject(expired);
    server.clock.at += 60;
    await server.hwf.call('reissue-key', { siteId });
    expect(await standing()).toEqual({ 'production:active:live': 1 });
    expect((await ledger.get(keyOf.site(siteId)))?.xpk).toBeDefined();
  });

  it('that is suspended stays suspended, and comes back dormant', async () => {
    await server.operator.call('update-site', { siteId, status: 'suspended' });
    await comeTo(server, ends + toDormant);
    await sweep(server);
    expect(await standing()).toEqual({ 'production:active:suspended': 1 });
    expect(await server.operator.call('update-site', { siteId, status: 'live' })).toMatchObject({ status: 'dormant' });
    expect(await standing()).toEqual({ 'production:active:dormant': 1 });
    expect(await dormantAlerts()).toEqual([`1 × dormant site:${siteId}`]);
  });

  it('that gets a new key at that very moment was dormant until then, once', async () => {
    await comeTo(server, ends + toDormant);
    await runFunction(server, 'renew-links');
    await beforeRecording(async () => await server.hwf.call('reissue-key', { siteId }));
    await sweep(server);
    server.meter.fault = () => undefined;
    expect(await standing()).toEqual({ 'production:active:live': 1 });
    expect(await dormantAlerts()).toEqual([`1 × dormant site:${siteId}`]);
    expect(movesByCounters(await counters())).toMatchObject({ new: 1, dormant: 1, reactivated: 1 });
  });

  it('that is changed at that very moment is looked at again, and put to sleep as it is then', async () => {
    await comeTo(server, ends + toDormant);
    await beforeRecording(async () => {
      server.clock.at -= 2 * day;
      await server.operator.call('update-site', { siteId, state: 'basic' });
      server.clock.at += 2 * day;
    });
    await sweep(server);
    server.meter.fault = () => undefined;
    expect(await standing()).toEqual({ 'production:basic:dormant': 1 });
  });

  it('is put to sleep once by two sweeps at once', async () => {
    await comeTo(server, ends + toDormant);
    await Promise.all([sweep(server), sweep(server)]);
    expect(await ledger.get(keyOf.site(siteId))).toMatchObject({ seq: 2 });
    expect(await dormantAlerts()).toEqual([`1 × dormant site:${siteId}`]);
    expect(await standing()).toEqual({ 'production:active:dormant': 1 });
  });

  it('concerns no key of an enterprise', async () => {
    const item = Object(await ledger.get(keyOf.enterpriseKey(enterpriseId, 'hwf')));
    await comeTo(server, hourOf(item.key.exp) + toDormant);
    await sweep(server);
    expect(await ledger.get(keyOf.enterpriseKey(enterpriseId, 'hwf'))).toEqual(item);
  });

  /** A request changes a site between the sweep's read and its write. */
  async function beforeRecording(work: () => Promise<unknown>): Promise<void> {
    let once: Promise<unknown> | undefined;
    server.meter.fault = async ({ by, command, input }) => {
      if (by !== 'sweep-expiry' || command !== 'TransactWriteItemsCommand') return undefined;
      // Another key may end in the same hour.
      if (!JSON.stringify(input).includes(siteId)) return undefined;
      once ??= work();
      await once;
      return undefined;
    };
  }
});
