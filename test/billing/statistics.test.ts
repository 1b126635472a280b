import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { day, isoTime, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import { type Actor, createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { firstMoment } from '../support/server/first-moment.ts';
import { startServer } from '../support/server/server.ts';
import { sweptUpTo } from '../support/server/sweeps.ts';
import { sampleManifest } from '../support/vectors/sample-manifest.ts';

describe('the statistics of a quarter', () => {
  let stage: Stage;
  let first: Actor;
  let second: Actor;
  let enterprises: string[];
  let quarter: string;

  beforeAll(async () => {
    // Links are not renewed here, so that the end of the quarter is less than their lifetime away.
    stage = await createStage(await startServer({ at: quarterEnds(quarterOf(firstMoment)) - 30 * day }));
    quarter = quarterOf(stage.server.clock.at);
    first = await stage.actor('first', { createEnterprises: 10 });
    second = await stage.actor('second', { createEnterprises: 10 });
    enterprises = [];
    for (let i = 0; i < 3; i++) enterprises.push((await first.client.call('create-enterprise', {})).enterpriseId);
    enterprises.sort();
    const [one = '', two = ''] = enterprises;
    await create(first, one, 'active', 'production');
    const suspended = await create(first, one, 'commissioning', 'production');
    await stage.operator.client.call('update-site', { siteId: suspended, status: 'suspended' });
    const proxy = await create(first, two, 'basic', 'production');
    await stage.operator.client.call('update-site', { siteId: proxy, state: 'proxy' });
    await create(second, one, 'active', 'dev');
  });
  afterAll(async () => await stage.server.close());

  async function create(
    { client }: Actor,
    enterpriseId: string,
    state: 'basic' | 'commissioning' | 'active',
    mode: 'dev' | 'production',
    siteRef = stage.newName(),
  ): Promise<string> {
    return (await client.call('create-site', { enterpriseId, siteRef, state, mode })).siteId;
  }

  const statsOf = async ({ client }: Actor, more: { application?: string; limit?: number; after?: string } = {}) =>
    await client.call('get-aggregate-stats', { quarter, ...more });

  it('of an application are its own: by cell, by rule, with the line that bills', async () => {
    const stats = await statsOf(first);
    expect(stats).toMatchObject({ quarter, running: true, countingRules: '2', billed: 2 });
    expect(stats.cells).toEqual([
      { mode: 'production', state: 'commissioning', status: 'suspended', sites: 1 },
      { mode: 'production', state: 'active', status: 'live', sites: 1 },
      { mode: 'production', state: 'proxy', status: 'live', sites: 1 },
    ]);
    expect(stats.total).toMatchObject({
      opening: { production: 0 },
      closing: { production: 2, active: 1, commissioning: 1, suspended: 1, proxy: 1, dev: 0, enterpriseKeys: 3 },
      moves: { new: 3, proxied: 1, deleted: 0 },
    });
    expect(stats.applications.map(({ application }) => application)).toEqual(['first']);
    expect(stats.enterprises.map(({ enterpriseId }) => enterpriseId)).toEqual(enterprises);
  });

  it('show an enterprise with its key alone, and one with proxies only', async () => {
    const [, two, three] = (await statsOf(first)).enterprises;
    expect(two?.closing).toMatchObject({ production: 0, proxy: 1, enterpriseKeys: 1 });
    expect(three?.closing).toMatchObject({ production: 0, proxy: 0, enterpriseKeys: 1 });
  });

  it('of an operator are of all, or of the application that is asked for', async () => {
    const all = await statsOf(stage.operator);
    expect(all.applications.map(({ application }) => application)).toEqual(
      expect.arrayContaining(['app-ed25519', 'first', 'second']),
    );
    expect(all.total.closing.dev).toBe(1);
    const one = await statsOf(stage.operator, { application: 'second' });
    expect(one).toMatchObject({ billed: 0, applications: [{ application: 'second', closing: { dev: 1 } }] });
    expect(one.enterprises).toMatchObject([{ enterpriseId: enterprises[0], application: 'second' }]);
  });

  it('come a page at a time, with the totals on each', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await statsOf(first, { limit: 1, ...(after && { after }) });
      expect(page.billed).toBe(2);
      seen.push(...page.enterprises.map(({ enterpriseId }) => enterpriseId));
      after = page.next;
    } while (after);
    expect(seen).toEqual(enterprises);
  });

  it('have peak and site-days of the days so far, and are not complete while the quarter runs', async () => {
    const { at } = stage.server.clock;
    const today = await statsOf(first);
    expect(today).toMatchObject({ complete: false, total: { usage: { peak: 2, siteDays: 2 } } });
    expect(today.enterprises[0]).toMatchObject({ usage: { peak: 2, siteDays: 2 } });
    stage.server.clock.at += 86_400;
    expect(await statsOf(first)).toMatchObject({ total: { usage: { peak: 2, siteDays: 4 } } });
    stage.server.clock.at = at;
  });

  it('are complete once the sweep has passed the end of the quarter, and say how far it has come', async () => {
    const { at } = stage.server.clock;
    const ends = quarterEnds(quarterOf(at));
    stage.server.clock.at = ends + 3600;
    for (const [sweptUntil, complete] of [
      [ends - 3600, false],
      [ends, true],
    ] as const) {
      await sweptUpTo(stage.server, sweptUntil);
      expect(await statsOf(first)).toMatchObject({ running: false, sweptUntil: isoTime(sweptUntil), complete });
    }
    stage.server.clock.at = at;
  });

  it('have no manifest due while the quarter runs, and name a missing one missing afterwards', async () => {
    expect((await statsOf(first)).applications).toMatchObject([{ manifest: { state: 'pending' } }]);
    stage.server.clock.at = quarterEnds(quarterOf(stage.server.clock.at)) + 1;
    const { running, applications, differences } = await statsOf(first);
    expect({ running, applications, differences }).toMatchObject({
      running: false,
      applications: [{ manifest: { state: 'missing' } }],
      differences: [],
    });
    expect(applications[0]?.manifest).toEqual({ state: 'missing' });
  });

  it('show manifest and server side by side, each difference a line', async () => {
    const [one = '', two = '', three = ''] = enterprises;
    const parts = [
      { enterpriseId: one, production: 2, configurationUsers: 5 },
      { enterpriseId: two, proxy: 2, configurationUsers: 1 },
    ];
    const admins = [{ name: 'Ada Example', email: 'ada@example.com' }];
    await first.client.call('submit-manifest', { quarter, ...sampleManifest(parts, admins), enterprises: 3 });
    const stats = await statsOf(stage.operator, { application: 'first' });
    expect(stats.applications).toMatchObject([
      {
        closing: { proxy: 1 },
        manifest: {
          state: 'received',
          revision: 1,
          sites: { production: 2, dev: 0, proxy: 2 },
          enterprises: 3,
          users: { applicationAdmins: 1, enterpriseAdmins: 4, plantUsers: 30, demoUsers: 2, configurationUsers: 6 },
        },
      },
    ]);
    expect(stats.differences).toEqual([
      { application: 'first', kind: 'proxy', manifest: 2, server: 1 },
      { application: 'first', kind: 'proxy', enterpriseId: two, manifest: 2, server: 1 },
    ]);
    expect(stats.enterprises.map(each => [each.enterpriseId, each.manifest?.proxy])).toEqual([
      [one, 0],
      [two, 2],
      [three, undefined],
    ]);
  });

  it('stay those of the last instant, whatever comes afterwards', async () => {
    const before = await statsOf(first);
    await create(first, enterprises[2] ?? '', 'active', 'production');
    const { asOf: _then, ...rest } = before;
    expect(await statsOf(first)).toMatchObject(rest);
    const next = await first.client.call('get-aggregate-stats', { quarter: quarterOf(stage.server.clock.at) });
    expect(next).toMatchObject({ billed: 3, total: { opening: { production: 2 }, moves: { new: 1 } } });
  });

  it('count a site that was created again after a deletion', async () => {
    const siteRef = stage.newName();
    const running = quarterOf(stage.server.clock.at);
    const enterpriseId = enterprises[2] ?? '';
    const siteId = await create(first, enterpriseId, 'active', 'production', siteRef);
    await first.client.call('delete-site', { siteId });
    await create(first, enterpriseId, 'active', 'production', siteRef);
    await create(first, enterpriseId, 'basic', 'production', siteRef);
    const { total } = await first.client.call('get-aggregate-stats', { quarter: running });
    expect(total.moves).toMatchObject({ new: 4, deleted: 1, recreated: 1 });
  });

  it('count one recreated site when two are created at the same time', async () => {
    const running = quarterOf(stage.server.clock.at);
    const recreated = async () =>
      (await first.client.call('get-aggregate-stats', { quarter: running })).total.moves.recreated;
    const enterpriseId = enterprises[2] ?? '';
    const before = await recreated();
    for (let round = 0; round < 3; round++) {
      const siteRef = stage.newName();
      const siteId = await create(first, enterpriseId, 'active', 'production', siteRef);
      await first.client.call('delete-site', { siteId });
      const states = ['active', 'basic'] as const;
      await Promise.all(states.map(async state => await create(first, enterpriseId, state, 'production', siteRef)));
    }
    expect(await recreated()).toBe(before + 3);
  });

  it('are read for the same whatever the number of sites (bar P6)', async () => {
    const work = async () => await statsOf(first);
    const reads = async () => (await stage.server.meter.of(work)).reduce((sum, { consumed }) => sum + consumed.read, 0);
    const few = await reads();
    for (let i = 0; i < 30; i++) await create(first, enterprises[0] ?? '', 'active', 'production');
    expect(await reads()).toBeLessThanOrEqual(few * 1.02);
  });
});
