import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, isoTime } from '../../../domain/kernel/time.ts';
import { captureOutput } from '../../support/output.ts';
import { alertIdOf, keyOf, type Ledger, ledgerOf, unmeteredTable } from '../../support/server/ledger.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const day = 86_400;

describe('alerts by the API', () => {
  const output = captureOutput('ForgedKeys');
  let server: TestServer;
  let ledger: Ledger;
  let enterpriseId: string;
  let names = 0;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const newSite = async (client = server.boost) =>
    await client.call('create-site', { enterpriseId, siteRef: `S${++names}`, state: 'active', mode: 'production' });
  const ago = (seconds: number) => isoTime(server.clock.at - seconds);
  const today = () => dayOf(server.clock.at);

  describe('send-alert', () => {
    it('raises one alert, to which another client’s report of the day adds', async () => {
      const { siteId } = await newSite();
      const { alertId } = await server.boost.call('send-alert', {
        siteId,
        reason: 'suspended',
        seenAt: ago(3600),
        times: 5,
      });
      server.clock.at += 60;
      await server.hwf.call('send-alert', { siteId, reason: 'suspended', seenAt: ago(30) });
      expect(alertId).toBe(alertIdOf(today(), `suspended#site:${siteId}`));
      expect(await ledger.get(keyOf.alert(today(), `suspended#site:${siteId}`))).toMatchObject({
        times: 6,
        firstAt: server.clock.at - 60,
        lastAt: server.clock.at,
        seenBy: 'hwf',
        seenAt: server.clock.at - 30,
        ttl: server.clock.at + 400 * day,
      });
    });

    it('counts an exact repeat once, also when it was sent twice at once', async () => {
      const { siteId } = await newSite();
      const report = { siteId, reason: 'deleted', seenAt: ago(1), times: 7 } as const;
      const same = { idempotencyKey: crypto.randomUUID() };
      const send = async () => await server.boost.call('send-alert', report, same);
      const [first, ...others] = [...(await Promise.all([send(), send()])), await send()];
      for (const other of others) expect(other).toEqual(first);
      expect(await ledger.get(keyOf.alert(today(), `deleted#site:${siteId}`))).toMatchObject({ times: 7 });
    });

    it('takes reports about the enterprise keys of applications that the caller enforces for', async () => {
      await server.boost.call('reissue-enterprise-key', { enterpriseId });
      const report = { enterpriseId, application: 'boost', reason: 'key-superseded', seenAt: ago(1) } as const;
      const { alertId } = await server.hwf.call('send-alert', report);
      expect(alertId).toBe(alertIdOf(today(), `key-superseded#enterprise-key:${enterpriseId}/boost`));
    });

    it('counts forged keys as often as they were seen, once for each request, without an alert', async () => {
      const before = await ledger.all(`N#hub#${today()}`);
      const same = { idempotencyKey: crypto.randomUUID() };
      const report = { reason: 'key-not-genuine', seenAt: ago(1), times: 40 } as const;
      const calls = await server.meter.of(async () => {
        for (let time = 0; time < 3; time++)
          expect(await server.hwf.call('send-alert', report, same)).toEqual({ reason: 'key-not-genuine', times: 40 });
      });
      expect(output.metrics('ForgedKeys')).toMatchObject([{ caller: 'hub/hwf', ForgedKeys: 40 }]);
      expect(await ledger.all(`N#hub#${today()}`)).toEqual(before);
      const writes = calls.filter(({ command }) => !/^(Get|Query)/.test(command));
      expect(writes.map(({ command, input }) => `${command} ${Object(input.Item).pk.charAt(0)}`)).toEqual([
        'PutItemCommand I',
      ]);
    });
  });

  describe('list-alerts', () => {
    /** Three days with four sites each, of which two reasons each: 24 alerts. */
    const sites: string[] = [];
    let days: string[];
    beforeAll(async () => {
      server.clock.at += 40 * day;
      for (let i = 0; i < 4; i++) sites.push((await newSite()).siteId);
      days = [];
      for (let i = 0; i < 3; i++) {
        server.clock.at += day;
        days.unshift(today());
        for (const siteId of sites)
          for (const reason of ['dormant', 'key-expired'] as const)
            await server.boost.call('send-alert', { siteId, reason, seenAt: ago(1) });
      }
    });

    async function all(query: object, limit = 100) {
      const alerts = [];
      let pages = 0;
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await server.operator.call('list-alerts', { ...query, limit, ...(after && { after }) });
        alerts.push(...page.alerts);
        after = page.next;
        pages += 1;
      }
      return { alerts, pages };
    }

    it('lists the last week, newest day first, a whole page at a time', async () => {
      const { alerts } = await all({});
      expect(alerts).toHaveLength(24);
      expect(alerts.map(({ firstAt }) => firstAt.slice(0, 10).replaceAll('-', ''))).toEqual(
        days.flatMap(one => Array(8).fill(one)),
      );
      for (const limit of [1, 3, 8, 24]) expect((await all({}, limit)).alerts).toEqual(alerts);
    });

    it.each([
      ['reason', () => ({ reason: 'dormant' }), 12],
      ['site', () => ({ site: sites[2] }), 6],
      ['site and reason', () => ({ site: sites[2], reason: 'dormant' }), 3],
      ['day', () => ({ from: days[1], to: days[1] }), 8],
      ['first day', () => ({ to: days[2] }), 8],
      ['an enterprise that has none of its own', () => ({ enterprise: enterpriseId }), 0],
      ['what is acknowledged', () => ({ acknowledged: 'true' }), 0],
      ['what is open', () => ({ acknowledged: 'false' }), 24],
    ] as const)('lists what is chosen by %s, whatever the size of its pages', async (_name, query, count) => {
      const { alerts } = await all(query());
      expect(alerts).toHaveLength(count);
      for (const limit of [1, 2, 5]) expect((await all(query(), limit)).alerts).toEqual(alerts);
    });

    it('ends when the last seven days have moved past its page', async () => {
      const { next = '' } = await server.operator.call('list-alerts', { from: days[2], to: days[2], limit: 2 });
      const query = { from: days[0] ?? '', to: days[0] ?? '', after: next };
      expect(await server.operator.call('list-alerts', query)).toEqual({ alerts: [] });
    });

    it('refuses a page of newer days', async () => {
      const { next = '' } = await server.operator.call('list-alerts', { from: days[0], to: days[0], limit: 2 });
      const page = server.operator.call('list-alerts', { from: days[2], to: days[2], after: next });
      await expect(page).rejects.toMatchObject({ code: 'invalid-request' });
    });

    it('reads only the windows that are asked for', async () => {
      const calls = await server.meter.of(async () => await server.operator.call('list-alerts', {}));
      const queries = calls.filter(({ command }) => command === 'QueryCommand');
      expect(queries).toHaveLength(7);
    });
  });

  describe('acknowledge-alert', () => {
    it('shows who took care of it, leaves its repeats counted, and stands in the audit trail', async () => {
      const { siteId } = await newSite();
      const report = { siteId, reason: 'possible-clone', seenAt: ago(1) } as const;
      const { alertId = '' } = await server.boost.call('send-alert', report);
      const acknowledged = await server.operator.call('acknowledge-alert', { alertId });
      await server.boost.call('send-alert', report);
      const by = { acknowledgedAt: isoTime(server.clock.at), acknowledgedBy: 'application:hub/operator' };
      expect(acknowledged).toMatchObject({ alertId, times: 1, ...by });
      const { alerts } = await server.operator.call('list-alerts', { site: siteId });
      expect(alerts).toMatchObject([{ alertId, times: 2, ...by }]);
      const item = await ledger.get(keyOf.acknowledgement(today(), `possible-clone#site:${siteId}`));
      expect(item).toMatchObject({ seq: 1, reason: 'possible-clone', event: { action: 'acknowledge-alert' } });
    });

    it('is one person’s when two do it at once', async () => {
      const { siteId } = await newSite();
      const { alertId = '' } = await server.boost.call('send-alert', { siteId, reason: 'dormant', seenAt: ago(1) });
      const outcomes = await Promise.allSettled(
        [1, 2].map(async () => await server.operator.call('acknowledge-alert', { alertId })),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'no-change' }) });
    });

    it('makes no alert of one that TTL has collected meanwhile', async () => {
      const { siteId } = await newSite();
      const { alertId = '' } = await server.boost.call('send-alert', { siteId, reason: 'deleted', seenAt: ago(1) });
      const place = keyOf.alert(today(), `deleted#site:${siteId}`);
      let removed = false;
      server.meter.fault = async ({ command }) => {
        if (command === 'TransactWriteItemsCommand' && !removed) {
          removed = true;
          await unmeteredTable(server).commit([{ remove: place }]);
        }
        return undefined;
      };
      await expect(server.operator.call('acknowledge-alert', { alertId })).rejects.toMatchObject({ status: 404 });
      server.meter.fault = () => undefined;
      expect(await ledger.get(place)).toBeUndefined();
      expect(await ledger.get(keyOf.acknowledgement(today(), `deleted#site:${siteId}`))).toBeUndefined();
    });
  });
});
