import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { stateOfTable } from '../platform/request/table-content.ts';
import { startServer } from '../support/server/server.ts';

const refused = { code: 'reference-was-production', status: 409 };

describe('a dev site beside one of its reference that became production', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterAll(async () => await stage.server.close());

  async function create(siteRef: string, state: 'basic' | 'commissioning') {
    const { enterpriseId } = await stage.site();
    return await stage.app.client.call('create-site', { enterpriseId, siteRef, state, mode: 'dev' });
  }

  /** Both are dev. */
  async function two() {
    const siteRef = stage.newName();
    return [await create(siteRef, 'basic'), await create(siteRef, 'commissioning')] as const;
  }

  async function promote({ siteId, key }: { siteId: string; key: string }): Promise<void> {
    await stage.app.client.call('refresh-key', { siteId, key, mode: 'production' });
  }

  async function remove({ siteId }: { siteId: string }): Promise<void> {
    await stage.app.client.call('delete-site', { siteId });
  }

  async function move({ siteId }: { siteId: string }, state: 'basic' | 'active') {
    return await stage.app.client.call('update-site', { siteId, state }).catch((error: unknown) => error);
  }

  it('does not take its state when that one was promoted and deleted', async () => {
    const [basic, commissioning] = await two();
    await promote(basic);
    await remove(basic);
    const before = await stateOfTable();
    expect(await move(commissioning, 'basic')).toMatchObject(refused);
    expect(await stateOfTable()).toEqual(before);
  });

  it('does not take any other state either while that one stands', async () => {
    const [basic, commissioning] = await two();
    await promote(basic);
    expect(await move(commissioning, 'active')).toMatchObject(refused);
    expect(await move(commissioning, 'basic')).toMatchObject({ code: 'reference-taken', status: 409 });
  });

  it('does not take its state when that one is promoted and deleted at the same moment', async () => {
    const [basic, commissioning] = await two();
    let held = 0;
    const meanwhile = async () => {
      await promote(basic);
      await remove(basic);
    };
    stage.server.meter.fault = async ({ by, command }) => {
      if (by === 'update-site' && command === 'TransactWriteItemsCommand' && held++ === 0) await meanwhile();
      return undefined;
    };
    const answer = await move(commissioning, 'active');
    stage.server.meter.fault = () => undefined;
    expect(held).toBe(1);
    expect(answer).toMatchObject(refused);
  });

  it('moves freely while no site of the reference was production, and does so once promoted itself', async () => {
    const [basic, commissioning] = await two();
    await remove(basic);
    expect(await move(commissioning, 'basic')).toMatchObject({ state: 'basic' });
    await promote(commissioning);
    expect(await move(commissioning, 'active')).toMatchObject({ state: 'active', mode: 'production' });
  });
});
