import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../../domain/alerts/alert.ts';
import { OrgId, Subject } from '../../../domain/kernel/ids.ts';
import { dayOf } from '../../../domain/kernel/time.ts';
import { dynamoAlerts } from '../../../lambdas/platform/changes/raise-alerts.ts';
import { captureOutput } from '../../support/output.ts';
import { keyOf, ledgerOf } from '../../support/server/ledger.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const noon = Date.UTC(2026, 10, 21, 12) / 1000;
const orders = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
] as const;

describe('alerts of one day that are recorded in any order', () => {
  const output = captureOutput();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const standing = async (subject: Subject) =>
    await ledgerOf(server).get(keyOf.alert(dayOf(noon), `key-expired#${subject}`));
  const alertOf = (name: string): Alert => ({
    org: OrgId.parse('hub'),
    reason: 'key-expired',
    subject: Subject.parse(`site:order-${name}`),
  });

  it.each(orders)('%i, %i, %i say when the first and the last fact was', async (...order) => {
    const alert = alertOf(order.join('-'));
    for (const number of order)
      await dynamoAlerts(server.world.runtime).raise({ ...alert, at: noon + number }, noon + 99);
    expect(await standing(alert.subject)).toMatchObject({ firstAt: noon + 1, lastAt: noon + 3, times: 3 });
  });

  it('or at once do so too', async () => {
    const alert = alertOf('at-once');
    const raise = async (number: number) =>
      await dynamoAlerts(server.world.runtime).raise({ ...alert, at: noon + number }, noon + 99);
    await Promise.all([3, 1, 2].map(raise));
    expect(await standing(alert.subject)).toMatchObject({ firstAt: noon + 1, lastAt: noon + 3, times: 3 });
  });

  it('are in the window of the day of the fact, long after it', async () => {
    const alert = alertOf('late');
    await dynamoAlerts(server.world.runtime).raise({ ...alert, at: noon }, noon + 100 * 86_400);
    expect(await standing(alert.subject)).toMatchObject({ firstAt: noon, lastAt: noon, times: 1 });
  });
});
