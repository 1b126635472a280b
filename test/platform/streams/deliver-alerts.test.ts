import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, isoTime } from '../../../domain/kernel/time.ts';
import { startStreamPump } from '../../../local/stream-pump.ts';
import { tableName } from '../../../local/table.ts';
import { captureOutput } from '../../support/output.ts';
import { type Ledger, ledgerOf } from '../../support/server/ledger.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const day = 86_400;

describe('what the stream delivers of alerts', () => {
  const output = captureOutput();
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

  const newSite = async () =>
    await server.hwf.call('create-site', { enterpriseId, siteRef: `S${++names}`, state: 'active' });
  const delivered = () =>
    server.world.notices
      .delivered('alerts')
      .map(({ attributes }) => Buffer.from(attributes.id ?? '', 'base64url').toString());

  it('is one notification for each subject, reason and window, from all callers and repetitions', async () => {
    const pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    const cloned = await newSite();
    await server.hwf.call('refresh-key', { siteId: cloned.siteId, key: cloned.key });
    const raise = async () => {
      for (let time = 0; time < 3; time++) {
        await server.hwf.call('refresh-key', { siteId: cloned.siteId, key: cloned.key }).catch(() => 'refused');
        await server.hwf.call('check-validity', { key: cloned.key });
        const seenAt = isoTime(server.clock.at);
        await server.hwf.call('send-alert', { siteId: cloned.siteId, reason: 'key-superseded', seenAt });
        await server.hwf.call('reissue-key', { siteId: cloned.siteId });
        await pump.drain();
      }
    };
    const windows = [dayOf(server.clock.at), dayOf(server.clock.at + day)];
    await raise();
    server.clock.at += day;
    await raise();
    await pump.close();
    const names = windows.map((window, i) => [
      `${window}#key-superseded#site:${cloned.siteId}`,
      `${window}#possible-clone#site:${cloned.siteId}#generation-1`,
      ...[3, 4, 5].map(generation => `${window}#reissued#site:${cloned.siteId}#generation-${generation + 3 * i}`),
    ]);
    expect(delivered().sort()).toEqual(names.flat().sort());
    const [alert] = await ledger.all(`N#hub#${windows[0]}`, 'key-superseded');
    expect(alert).toMatchObject({ times: 6 });
  });

  it('tells people and programs: subject line, text, JSON, attributes for filter policies', async () => {
    const { siteId } = await newSite();
    const seenAt = isoTime(server.clock.at - 60);
    const { alertId } = await server.hwf.call('send-alert', { siteId, reason: 'possible-clone', seenAt });
    const pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    await pump.drain();
    await pump.close();
    const notice = server.world.notices.delivered('alerts').find(({ attributes }) => attributes.id === alertId);
    const attributes = {
      id: alertId,
      reason: 'possible-clone',
      severity: 'critical',
      org: 'hub',
      kind: 'site',
      stage: 'local',
    };
    expect(notice?.attributes).toEqual(attributes);
    expect(notice?.subject).toBe(`[local] Possible clone: site:${siteId}`);
    // SNS itself would give each protocol its part.
    const { default: json, email } = JSON.parse(notice?.message ?? '');
    expect(JSON.parse(json)).toMatchObject({ id: alertId, subject: `site:${siteId}`, seenBy: 'hwf', seenAt });
    expect(email).toContain(`docs/alerts.md#possible-clone`);
  });

  it('is nothing of an acknowledgement, nor of what is no alert', async () => {
    const { siteId } = await newSite();
    const seenAt = isoTime(server.clock.at);
    const { alertId = '' } = await server.hwf.call('send-alert', { siteId, reason: 'dormant', seenAt });
    const pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    await pump.drain();
    const before = delivered();
    await server.operator.call('acknowledge-alert', { alertId });
    await server.operator.call('update-site', { siteId, status: 'suspended' });
    await pump.drain();
    await pump.close();
    expect(delivered()).toEqual(before);
    expect(server.world.notices.deadLetters()).toEqual([]);
    const { events } = await server.operator.call('list-audit-events', { limit: 100 });
    const [event] = events.filter(({ action }) => action === 'acknowledge-alert');
    expect(event).toMatchObject({ seq: 1, details: { reason: 'dormant', subject: `site:${siteId}` } });
    expect(event?.subject).toMatch(new RegExp(`^alert:hub/${dayOf(server.clock.at)}/[A-Za-z0-9_-]{22}$`));
  });
});
