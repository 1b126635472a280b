import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { captureOutput } from '../support/output.ts';
import { runFunction, streamOf } from '../support/server/functions.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { alertsBetween, comeTo, hourOf, sweep } from '../support/server/sweeps.ts';

const hour = 3600;
const day = 86_400;
const toExpired = hour;

describe('the alerts of the sweep', () => {
  const output = captureOutput('SweepWarned', 'SweepExpired');
  let server: TestServer;
  let ledger: Ledger;
  let enterpriseId: string;
  let siteId: string;
  let key: string;
  /** the hour in which the site's key ends */
  let ends: number;
  let from: number;
  let refs = 0;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
  });
  beforeEach(async () => {
    from = server.clock.at;
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    const create = { enterpriseId, siteRef: `S-${refs++}`, state: 'active' } as const;
    const site = await server.hwf.call('create-site', create);
    ({ siteId, key } = site);
    ends = hourOf(Date.parse(site.expiresAt) / 1000);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  /** Alerts of the sweep about one subject, in the story of one test. */
  async function told(subject = `site:${siteId}`): Promise<string[]> {
    const all = await alertsBetween(ledger, from, server.clock.at);
    return all.filter(text => text.endsWith(` ${subject}`)).map(text => text.slice(0, -subject.length - 1));
  }

  async function sweptAt(at: number): Promise<void> {
    await comeTo(server, at);
    await sweep(server);
  }

  it.each([
    [-5 * day, '1 × expiring-soon 5-days'],
    [-3 * day, '1 × expiring-soon 3-days'],
    [-day, '1 × expiring-soon 1-day'],
    [toExpired, '1 × key-expired'],
  ])('%i s from the hour in which a key ends: %s', async (after, alert) => {
    await sweptAt(ends + after - 1);
    expect(await told()).toEqual([]);
    await sweptAt(ends + after);
    expect(await told()).toEqual([alert]);
  });

  it('the key of an enterprise and its link, as of a site', async () => {
    const { link, key: enterpriseKey } = {
      ...(await ledger.get(keyOf.enterprise(enterpriseId))),
      ...(await ledger.get(keyOf.enterpriseKey(enterpriseId, 'hwf'))),
    } as { link: { exp: number }; key: { exp: number } };
    for (const after of [-5 * day, -3 * day, -day, toExpired]) await sweptAt(hourOf(enterpriseKey.exp) + after);
    for (const after of [-5 * day, -3 * day, -day, toExpired]) await sweptAt(hourOf(link.exp) + after);
    const all = [...['5-days', '3-days', '1-day'].map(detail => `1 × expiring-soon ${detail}`), '1 × key-expired'];
    expect(await told(`enterprise-key:${enterpriseId}/hwf`)).toEqual(all);
    expect(await told(`enterprise:${enterpriseId}`)).toEqual(all);
  });

  it('nothing any more when the key is refreshed between the look into the index and the mark', async () => {
    await comeTo(server, ends - day);
    await meanwhile(async () => await server.hwf.call('refresh-key', { siteId, key }));
    expect(await told()).toEqual([]);
  });

  it('nothing of a site that is deleted, before or meanwhile', async () => {
    await comeTo(server, ends - day);
    await meanwhile(async () => await server.hwf.call('delete-site', { siteId }));
    await sweptAt(ends + toExpired);
    expect(await told()).toEqual([]);
    expect((await ledger.get(keyOf.site(siteId)))?.xpk).toBeUndefined();
  });

  it('nothing of a site while it is suspended, and what is still to come when it is back', async () => {
    await server.operator.call('update-site', { siteId, status: 'suspended' });
    await sweptAt(ends - 5 * day);
    expect(await told()).toEqual([]);
    await server.operator.call('update-site', { siteId, status: 'live' });
    await sweptAt(ends - day);
    expect(await told()).toEqual(['1 × expiring-soon 1-day']);
  });

  it('nothing of an enterprise that is suspended, of its keys and of its sites', async () => {
    await server.operator.call('update-enterprise', { enterpriseId, status: 'suspended' });
    expect((await ledger.get(keyOf.enterprise(enterpriseId)))?.xpk).toBeUndefined();
    const { link } = { ...(await ledger.get(keyOf.enterprise(enterpriseId))) } as { link: { exp: number } };
    await sweptAt(ends - day);
    await sweptAt(hourOf(link.exp) + toExpired);
    const all = await alertsBetween(ledger, from, server.clock.at);
    expect(all.filter(text => text.includes(enterpriseId))).toEqual([]);
    await server.operator.call('update-enterprise', { enterpriseId, status: 'live' });
    expect((await ledger.get(keyOf.enterprise(enterpriseId)))?.xpk).toBeDefined();
  });

  it('what ended while an enterprise was suspended, once a person has that time swept again', async () => {
    await server.operator.call('update-enterprise', { enterpriseId, status: 'suspended' });
    await sweptAt(ends + toExpired);
    await server.operator.call('update-enterprise', { enterpriseId, status: 'live' });
    await sweptAt(ends + 10 * hour);
    expect(await told()).toEqual([]);
    const suspendedAt = new Date((ends - hour) * 1000).toISOString();
    for (let run = 0; run < 2; run++) await sweep(server, { from: suspendedAt });
    expect(await told()).toEqual(['1 × key-expired']);
  });

  it('nothing again after an update of the site, which keeps what was told', async () => {
    await sweptAt(ends - 3 * day);
    await server.hwf.call('update-site', { siteId, state: 'basic' });
    await sweptAt(ends - 3 * day);
    expect(await told()).toEqual(['1 × expiring-soon 3-days']);
    await sweptAt(ends - day);
    expect(await told()).toEqual(['1 × expiring-soon 3-days', '1 × expiring-soon 1-day']);
  });

  it('all of it again for the next key', async () => {
    await sweptAt(ends - day);
    const next = await server.hwf.call('refresh-key', { siteId, key });
    await sweptAt(hourOf(Date.parse(next.expiresAt) / 1000) - 5 * day);
    expect(await told()).toEqual(['1 × expiring-soon 1-day', '1 × expiring-soon 5-days']);
  });

  it('is no part of the history: the sequence stays, and the audit trail gets no second event', async () => {
    const before = await ledger.get(keyOf.site(siteId));
    await sweptAt(ends - day);
    const marked = await ledger.get(keyOf.site(siteId));
    expect(marked).toEqual({ ...before, w: expect.any(String), key: { ...Object(before?.key), phase: 3 } });
    for (const item of [before, marked])
      expect(await runFunction(server, 'write-audit', streamOf(item ? [item] : []))).toEqual({ batchItemFailures: [] });
    const month = new Date(from * 1000).toISOString().slice(0, 7).replace('-', '');
    const { events } = await server.operator.call('list-audit-events', { site: siteId, month });
    expect(events).toHaveLength(1);
  });

  it('is counted for the dashboard, once a run', async () => {
    await comeTo(server, ends - day);
    const before = output.metrics('SweepWarned').length;
    const swept = Object(await sweep(server));
    const metrics = output.metrics('SweepWarned').slice(before);
    expect(metrics.map(({ SweepWarned }) => SweepWarned)).toEqual([swept.warned]);
    expect(swept.warned).toBeGreaterThanOrEqual(1);
  });

  /** Runs the sweep; the work is done when it is about to write. */
  async function meanwhile(work: () => Promise<unknown>): Promise<void> {
    let once: Promise<unknown> | undefined;
    server.meter.fault = async ({ by, input }) => {
      if (by !== 'sweep-expiry' || !JSON.stringify(input).includes(`expiring-soon#site:${siteId}`)) return undefined;
      once ??= work();
      await once;
      return undefined;
    };
    await sweep(server);
    server.meter.fault = () => undefined;
    expect(once).toBeDefined();
  }
});
