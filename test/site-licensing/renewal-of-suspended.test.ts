import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { runFunction } from '../support/server/functions.ts';
import { keyOf, ledgerOf } from '../support/server/ledger.ts';
import { startServer } from '../support/server/server.ts';

const day = 86_400;

describe('the link of a suspended enterprise', () => {
  let stage: Stage;
  let enterpriseId: string;
  let siteId: string;
  let other: string;
  let endsAt: number;

  beforeAll(async () => {
    stage = await createStage(await startServer());
    ({ enterpriseId } = await stage.enterprise());
    ({ siteId } = await stage.site({ enterpriseId }));
    ({ enterpriseId: other } = await stage.enterprise());
    endsAt = await endOf(enterpriseId);
    await stage.operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
  });
  afterAll(async () => await stage.server.close());

  it('is not renewed however often the schedule runs, so that it ends for offline verifiers too', async () => {
    for (const days of [31, 20, 10, 5]) {
      stage.server.clock.at += days * day;
      await runFunction(stage.server, 'renew-links');
      expect(await endOf(enterpriseId)).toBe(endsAt);
    }
    expect(stage.server.clock.at).toBeGreaterThan(endsAt);
    expect(await endOf(other)).toBeGreaterThan(stage.server.clock.at + 32 * day);
  });

  it('is renewed at the next run after it was reinstated, and keys are issued again', async () => {
    await stage.operator.client.call('update-enterprise', { enterpriseId, status: 'live' });
    await expect(stage.app.client.call('reissue-key', { siteId })).rejects.toMatchObject({ code: 'unavailable' });
    await runFunction(stage.server, 'renew-links');
    expect(await endOf(enterpriseId)).toBe(stage.server.clock.at + 62 * day);
    await expect(stage.app.client.call('reissue-key', { siteId })).resolves.toMatchObject({ siteId });
  });

  async function endOf(id: string): Promise<number> {
    const item = await ledgerOf(stage.server).get(keyOf.enterprise(id));
    return Number(Object(item?.link).exp);
  }
});
