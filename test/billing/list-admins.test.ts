import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quarterEnds } from '../../domain/kernel/time.ts';
import { type Actor, createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { tableContent } from '../platform/request/table-content.ts';
import { logOf } from '../support/server/canary-capture.ts';
import { runFunction, streamOf } from '../support/server/functions.ts';
import { startServer } from '../support/server/server.ts';
import { finishedQuarter, sampleManifest } from '../support/vectors/sample-manifest.ts';

const day = 86_400;
const named = (name: string) => ({ name, email: `${name.toLowerCase()}@example.com` });

describe('list-admins', () => {
  let stage: Stage;
  let other: Actor;
  let abroad: Stage['finance']['client'];
  let quarter: ReturnType<typeof finishedQuarter>;

  beforeAll(async () => {
    await logOf(async () => {
      stage = await createStage(await startServer({ orgs: ['hub', 'core'] }));
      other = await stage.actor('other', { createEnterprises: 10 });
      const core = await stage.server.operatorOf('core');
      abroad = (await stage.server.register('money', { modes: ['production'] }, { by: core.client, role: 'finance' }))
        .client;
      quarter = finishedQuarter(stage.server);
      await push(stage.app, 'Ada', 'Old');
      await push(stage.app, 'Ada', 'Ben', 'Cleo', 'Dora', 'Emil');
      await push(other, 'Fay');
    });
  });
  afterAll(async () => await stage.server.close());

  async function push({ client }: Actor, ...names: string[]): Promise<void> {
    await client.call('submit-manifest', { quarter, ...sampleManifest([], names.map(named)) });
  }

  async function namesRead(query: object = {}, { client } = stage.finance): Promise<string[]> {
    const names: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await client.call('list-admins', { quarter, ...query, ...(after && { after }) });
      names.push(...page.admins.map(({ application, name }) => `${application}: ${name}`));
      after = page.next;
    }
    return names.sort();
  }

  const own = ['Ada', 'Ben', 'Cleo', 'Dora', 'Emil'].map(name => `app-ed25519: ${name}`);

  it('lists the people of the latest manifest of each application, page by page too', async () => {
    expect(await namesRead()).toEqual([...own, 'other: Fay']);
    expect(await namesRead({ limit: 1 })).toEqual([...own, 'other: Fay']);
    expect(await namesRead({ application: 'other' })).toEqual(['other: Fay']);
    const { admins } = await stage.finance.client.call('list-admins', { quarter, application: 'other' as never });
    expect(admins).toEqual([{ application: 'other', ...named('Fay') }]);
  });

  it('lists none of another quarter, and none of another Org', async () => {
    const { admins } = await stage.finance.client.call('list-admins', { quarter: '2025-Q1' as never });
    expect(admins).toEqual([]);
    expect((await abroad.call('list-admins', { quarter })).admins).toEqual([]);
  });

  it('records a read in the Org of its reader alone', async () => {
    await abroad.call('list-admins', { quarter });
    const reads = Object.values(await tableContent()).filter(
      ({ pk, sk }) => `${pk}`.startsWith('R#') && sk === 'money',
    );
    expect(reads.map(({ pk }) => pk)).toEqual([`R#core#${quarter}`]);
  });

  it('refuses an operator and an application, and finance everything else', async () => {
    for (const { client } of [stage.operator, stage.app])
      await expect(client.call('list-admins', { quarter })).rejects.toMatchObject({ code: 'not-permitted' });
    for (const operation of ['list-alerts', 'list-audit-events'] as const)
      await expect(stage.finance.client.call(operation, {})).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(stage.finance.client.call('get-own-application', {})).resolves.toMatchObject({ role: 'finance' });
  });

  it('refuses a page that is not of this quarter', async () => {
    const { next = '' } = await stage.finance.client.call('list-admins', { quarter, limit: 1 });
    const read = stage.finance.client.call('list-admins', { quarter: '2025-Q1' as never, after: next });
    await expect(read).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('leaves an audit event of each page that says who read how many, never whom', async () => {
    const reader = await stage.actor('auditor', {}, 'finance');
    const before = await eventsOf();
    await reader.client.call('list-admins', { quarter, limit: 100 });
    await reader.client.call('list-admins', { quarter: '2025-Q1' as never });
    const events = (await eventsOf()).filter(event => !before.includes(event));
    expect(events.map(event => JSON.parse(event))).toMatchObject([
      { action: 'list-admins', actor: 'application:hub/auditor', details: { people: 0 } },
      { action: 'list-admins', actor: 'application:hub/auditor', details: { people: 6 } },
    ]);
    expect(events.join()).not.toMatch(/Ada|example\.com/);
  });

  /** As an operator reads them, once the stream has put them out. */
  async function eventsOf(): Promise<string[]> {
    await runFunction(stage.server, 'write-audit', streamOf(Object.values(await tableContent())));
    const { events } = await stage.operator.client.call('list-audit-events', { limit: 100 });
    return events
      .filter(({ action }) => action === 'list-admins')
      .map(({ actor, action, subject, details }) => JSON.stringify({ actor, action, subject, details }))
      .sort();
  }

  it('omits admins who were erased, and those whose retention has ended', async () => {
    await stage.operator.client.call('erase-admin', { email: 'BEN@example.com' });
    expect(await namesRead()).toEqual([...own.filter(name => !name.endsWith('Ben')), 'other: Fay']);
    const then = stage.server.clock.at;
    stage.server.clock.at = quarterEnds(quarter) + 400 * day - 1;
    expect(await namesRead({ application: 'other' })).toHaveLength(1);
    stage.server.clock.at += 1;
    expect(await namesRead()).toEqual([]);
    stage.server.clock.at = then;
  });
});
