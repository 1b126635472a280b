import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isoTime } from '../../domain/kernel/time.ts';
import type { Fault } from '../support/aws/meter.ts';
import { captureOutput } from '../support/output.ts';
import { keyOf, type Ledger, ledgerOf, unmeteredTable } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { alertsBetween, comeTo, hourOf, letEndAt, sweep, sweptUpTo } from '../support/server/sweeps.ts';

const hour = 3600;
const day = 86_400;
const failed = { name: 'AggregateError', errors: [expect.anything()] };

describe('a sweep that does not come to its end', () => {
  /** the log lines that say about whom they are */
  const output = captureOutput('about');
  let server: TestServer;
  let ledger: Ledger;
  let from: number;
  /** ids of sites, by the hour in which their keys end, soonest first */
  let sites: { siteId: string; ends: number }[];

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
  });
  beforeEach(async () => {
    from = server.clock.at;
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const made = Array.from({ length: 8 }, async (_, i) => {
      const { siteId } = await server.hwf.call('create-site', { enterpriseId, siteRef: `S-${i}`, state: 'active' });
      const ends = hourOf(from) + 30 * day + i * hour;
      await letEndAt(server, keyOf.site(siteId), ends);
      return { siteId, ends };
    });
    sites = await Promise.all(made);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const cursor = async () => (await ledger.get({ pk: 'W#sweep-expiry', sk: '#' }))?.upTo;

  async function warned(): Promise<string[]> {
    const all = await alertsBetween(ledger, from, server.clock.at);
    return all.filter(text => sites.some(({ siteId }) => text.endsWith(siteId))).sort();
  }

  function all(detail = '5-days'): string[] {
    return sites.map(({ siteId }) => `1 × expiring-soon ${detail} site:${siteId}`).sort();
  }

  /** All of them are due, the first since seven hours; no warning of the next stage is. */
  async function comeToAll(): Promise<void> {
    server.clock.at = (sites.at(-1)?.ends ?? 0) - 5 * day;
    await sweptUpTo(server, (sites[0]?.ends ?? 0) - 5 * day - hour);
  }

  function failingFor(siteId: string | undefined): Fault {
    return ({ by, input }) =>
      by === 'sweep-expiry' && JSON.stringify(input).includes(`expiring-soon#site:${siteId}`)
        ? 'drop-before'
        : undefined;
  }

  it('for one site does the others, fails for its alarm, and is made good by the next one', async () => {
    await comeToAll();
    const [, second] = sites;
    server.meter.fault = failingFor(second?.siteId);
    await expect(sweep(server)).rejects.toMatchObject(failed);
    server.meter.fault = () => undefined;
    expect(output.metrics('about').map(({ about }) => about)).toEqual([`site:${second?.siteId}`]);
    expect(await warned()).toEqual(all().filter(text => !text.endsWith(String(second?.siteId))));
    expect(await cursor()).toBeLessThan((second?.ends ?? 0) - 5 * day);
    await sweep(server);
    expect(await warned()).toEqual(all());
    expect(await cursor()).toBe(hourOf(server.clock.at));
  });

  it('for one site does those that stand behind it in the index', async () => {
    const [first, second] = sites
      .slice(0, 2)
      .map(({ siteId }) => siteId)
      .sort();
    const { xpk } = { ...(await ledger.get(keyOf.site(String(first)))) };
    const unseen = unmeteredTable(server);
    await unseen.commit([
      { update: keyOf.site(String(second)), expression: 'SET xpk = :xpk', values: { ':xpk': xpk } },
    ]);
    await comeToAll();
    server.meter.fault = failingFor(first);
    await expect(sweep(server)).rejects.toMatchObject(failed);
    server.meter.fault = () => undefined;
    expect(await warned()).toEqual(all().filter(text => !text.endsWith(String(first))));
  });

  it('because an hour of the index cannot be read', async () => {
    await comeToAll();
    const lost = `X#${isoTime(sites[3]?.ends ?? 0).slice(0, 13)}#`;
    server.meter.fault = ({ by, input }) =>
      by === 'sweep-expiry' && JSON.stringify(input.ExpressionAttributeValues)?.includes(lost)
        ? 'drop-before'
        : undefined;
    await expect(sweep(server)).rejects.toMatchObject({ name: 'AggregateError' });
    server.meter.fault = () => undefined;
    expect(await warned()).toEqual(all().filter(text => !text.endsWith(String(sites[3]?.siteId))));
    await sweep(server);
    expect(await warned()).toEqual(all());
  });

  it('because its time is up stops between two hours, and the next one goes on there', async () => {
    await comeToAll();
    const begun = server.clock.at;
    let asked = 0;
    // Every question for the time takes a minute: there is one an hour.
    const slow = { now: () => begun + 60 * asked++ };
    await sweep(server, {}, slow);
    const half = Number(await cursor());
    expect(half).toBeLessThan(hourOf(begun));
    expect(half).toBeGreaterThan((sites[0]?.ends ?? 0) - 5 * day - hour);
    expect((await warned()).length).toBeLessThan(sites.length);
    await sweep(server);
    expect(await cursor()).toBe(hourOf(begun));
    expect(await warned()).toEqual(all());
  });

  it('loses nothing after months without any, when its start is given', async () => {
    const [first] = sites;
    await sweptUpTo(server, server.clock.at + 200 * day);
    server.clock.at = (first?.ends ?? 0) - 5 * day;
    await sweep(server);
    expect(await warned()).toEqual([]);
    await sweep(server, { from: isoTime(server.clock.at - hour) });
    expect(await warned()).toContain(`1 × expiring-soon 5-days site:${first?.siteId}`);
    expect(await cursor()).toBeGreaterThan(server.clock.at);
  });

  it('was the first ever: whatever ends in the next five days is warned of by it', async () => {
    const last = sites.at(-1)?.ends ?? 0;
    server.clock.at = last - 3 * day;
    await sweptUpTo(server, undefined);
    await sweep(server);
    expect((await warned()).length).toBe(sites.length);
  });

  it('is late: no site gets two warnings at once, and an expired key none', async () => {
    const [first] = sites;
    await comeTo(server, (first?.ends ?? 0) - 2 * day);
    await sweep(server);
    server.clock.at = (first?.ends ?? 0) + hour;
    await sweep(server);
    const texts = await warned();
    expect(texts).toHaveLength(sites.length);
    expect(texts).toContain(`1 × key-expired site:${first?.siteId}`);
  });
});
