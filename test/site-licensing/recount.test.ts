import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { quarterOf } from '../../domain/kernel/time.ts';
import { table } from '../../lambdas/platform/storage/table.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { tableContent } from '../platform/request/table-content.ts';
import { captureOutput } from '../support/output.ts';
import { runFunction } from '../support/server/functions.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer } from '../support/server/server.ts';

const day = 86_400;

describe('the recount', () => {
  const output = captureOutput('SitesByState');
  let stage: Stage;
  let enterpriseId: string;
  beforeAll(async () => {
    stage = await createStage(await startServer());
    ({ enterpriseId } = await stage.site());
    for (const mode of ['production', 'dev'] as const) await stage.site({ mode });
  });
  afterEach(() => {
    stage.server.meter.fault = () => undefined;
  });
  afterAll(async () => {
    await stage.server.close();
    output.restore();
  });

  const run = async () => await runFunction(stage.server, 'recount-sites');
  const nextMonth = async () => {
    stage.server.clock.at += 31 * day;
    await runFunction(stage.server, 'renew-links');
  };

  async function drifts(): Promise<unknown[]> {
    const items = Object.values(await tableContent());
    return items
      .filter(({ detail }) => String(detail).startsWith('recount-'))
      .map(({ subject, times }) => [subject, times]);
  }

  async function progress() {
    return await ledgerOf(stage.server).get({ pk: 'W#hub', sk: 'recount' });
  }

  /** Moves a counter behind everybody's back. */
  async function miscount(by: number): Promise<void> {
    const key = { pk: `O#hub#${quarterOf(stage.server.clock.at)}`, sk: `C#${enterpriseId}#${stage.app.app}` };
    const names = { '#cell': 'pal' };
    await table(stage.server.world.runtime).commit([
      { update: key, expression: 'ADD #cell :by', names, values: { ':by': by } },
    ]);
  }

  it('finds nothing where nothing is wrong, and shows where the sites stand', async () => {
    await run();
    expect(await drifts()).toEqual([]);
    expect(await progress()).toMatchObject({ isDone: true });
    const shown = output.metrics('SitesByState').map(({ org, cell, SitesByState }) => [org, cell, SitesByState]);
    expect(shown).toContainEqual(['hub', 'production:active:live', 2]);
    expect(shown).toContainEqual(['hub', 'dev:active:live', 1]);
    expect(shown).toContainEqual(['hub', 'production:active:dormant', 0]);
  });

  it('does its work once a month', async () => {
    await miscount(1);
    stage.server.clock.at += 60;
    const calls = await stage.server.meter.of(run);
    expect(calls.filter(({ input }) => JSON.stringify(input).includes('S#'))).toEqual([]);
    expect(await drifts()).toEqual([]);
  });

  it('reports a counter that drifted, once, and corrects nothing', async () => {
    await nextMonth();
    const key = {
      pk: `O#hub#${quarterOf(stage.server.clock.at - 31 * day)}`,
      sk: `C#${enterpriseId}#${stage.app.app}`,
    };
    const before = await ledgerOf(stage.server).get(key);
    await run();
    expect(await drifts()).toEqual([[`enterprise:${enterpriseId}`, 1]]);
    expect(await ledgerOf(stage.server).get(key)).toEqual(before);
    await miscount(-1);
  });

  it('does not take a change that happens meanwhile for a drift', async () => {
    await nextMonth();
    const known = (await drifts()).length;
    let created = 0;
    stage.server.meter.fault = async ({ by, input }) => {
      if (by !== 'recount-sites' || !isLastBucket(input)) return undefined;
      created++;
      await stage.site({ mode: 'production' });
      return undefined;
    };
    await run();
    expect(created).toBeGreaterThan(0);
    expect(await drifts()).toHaveLength(known);
  });

  it('does not take one that is undone before the counters are read again either', async () => {
    await nextMonth();
    const known = (await drifts()).length;
    const { siteId } = await stage.site();
    const set = async (status: 'suspended' | 'live') =>
      await stage.operator.client.call('update-site', { siteId, status });
    const steps = [() => set('suspended'), () => set('live')];
    stage.server.meter.fault = async ({ by, input }) => {
      const text = JSON.stringify(input);
      const comes = steps.length === 2 ? `"E#${enterpriseId}#a"` : `"C#${enterpriseId}#"`;
      if (by === 'recount-sites' && text.includes(comes)) await steps.shift()?.();
      return undefined;
    };
    await run();
    expect(steps).toEqual([]);
    expect(await drifts()).toHaveLength(known);
  });

  function isLastBucket(input: unknown): boolean {
    return JSON.stringify(input).includes(`"E#${enterpriseId}#7"`);
  }

  it('goes on where it stopped when its time was over', async () => {
    await nextMonth();
    for (let i = 0; i < 21; i++) await stage.enterprise();
    const { now } = stage.server.world.runtime;
    let late = 0;
    stage.server.meter.fault = ({ by, command }) => {
      if (by === 'recount-sites' && command === 'PutItemCommand') late = 300;
      return undefined;
    };
    await runFunction(stage.server, 'recount-sites', {}, { now: () => now() + late });
    expect(await progress()).toMatchObject({ isDone: false, after: expect.stringMatching(/^hub-/) });
    stage.server.meter.fault = () => undefined;
    const reads = await stage.server.meter.of(run);
    expect(await progress()).toMatchObject({ isDone: true });
    const partitions = reads.map(({ input }) => /E#(hub-[a-z2-7]+)#/.exec(JSON.stringify(input))?.[1]);
    expect(new Set(partitions.filter(Boolean)).size).toBeLessThan(20);
  });

  it('begins again after an enterprise that could not be read, so that none is omitted', async () => {
    await nextMonth();
    stage.server.meter.fault = ({ by, input }) =>
      by === 'recount-sites' && JSON.stringify(input).includes(`C#${enterpriseId}#`) ? 'drop-before' : undefined;
    await expect(run()).rejects.toMatchObject({ name: 'AggregateError' });
    expect(await progress()).toMatchObject({ isDone: false });
    expect(await progress()).not.toHaveProperty('after');
    stage.server.meter.fault = () => undefined;
    await run();
    expect(await progress()).toMatchObject({ isDone: true });
  });
});
