import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runFunction } from '../../support/server/functions.ts';
import { startServer } from '../../support/server/server.ts';
import { createStage, type Stage } from '../operations/operations-fixture.ts';
import { stateOfTable } from '../request/table-content.ts';

const day = 86_400;
/** An enterprise link lives for 62 days. */
const lastGoodMoment = 51 * day;

interface Held {
  readonly enterpriseId: string;
  readonly enterpriseKey: string;
  readonly siteId: string;
  readonly siteKey: string;
  readonly siteRef: string;
}

type Call = (stage: Stage, held: Held) => Promise<unknown>;

const calls: Readonly<Record<string, Call>> = {
  'create-site': async ({ app }, { enterpriseId, siteRef }) =>
    await app.client.call('create-site', { enterpriseId, siteRef, state: 'basic', mode: 'production' }),
  'refresh-key': async ({ app }, { siteId, siteKey: key }) => await app.client.call('refresh-key', { siteId, key }),
  'reissue-key': async ({ app }, { siteId }) => await app.client.call('reissue-key', { siteId }),
  'refresh-enterprise-key': async ({ app }, { enterpriseId, enterpriseKey: key }) =>
    await app.client.call('refresh-enterprise-key', { enterpriseId, key }),
  'reissue-enterprise-key': async ({ app }, { enterpriseId }) =>
    await app.client.call('reissue-enterprise-key', { enterpriseId }),
};

describe('while the link of an enterprise is about to end, since it was not renewed', () => {
  let stage: Stage;
  let held: Held;
  let createdAt: number;

  beforeAll(async () => {
    stage = await createStage(await startServer());
    createdAt = stage.server.clock.at;
    const { enterpriseId, key: enterpriseKey } = await stage.enterprise();
    const { siteId, key: siteKey, siteRef } = await stage.site({ enterpriseId });
    held = { enterpriseId, enterpriseKey, siteId, siteKey, siteRef };
  });
  afterAll(async () => await stage.server.close());

  it('a site is created while eleven days are left', async () => {
    stage.server.clock.at = createdAt + lastGoodMoment;
    const { expiresAt } = await stage.app.client.call('create-site', {
      enterpriseId: held.enterpriseId,
      siteRef: stage.newName(),
      state: 'active',
      mode: 'production',
    });
    expect(Date.parse(expiresAt) / 1000).toBeLessThanOrEqual(createdAt + 62 * day);
  });

  it.each(Object.entries(calls))('%s is unavailable and records nothing', async (_id, call) => {
    stage.server.clock.at = createdAt + lastGoodMoment + 1;
    const before = await stateOfTable();
    const refusal = await call(stage, held).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'unavailable', status: 503 });
    expect(await stateOfTable()).toEqual(before);
  });

  it('all of them succeed once it is renewed', async () => {
    await runFunction(stage.server, 'renew-links');
    stage.server.clock.at += 60;
    for (const id of ['create-site', 'refresh-key', 'refresh-enterprise-key', 'reissue-key', 'reissue-enterprise-key'])
      await expect(calls[id]?.(stage, held)).resolves.toMatchObject({ key: expect.any(String) });
  });
});
