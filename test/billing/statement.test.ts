import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyStatement } from '../../domain/billing/statement/verify-statement.ts';
import { nextQuarter, type Quarter, quarterEnds } from '../../domain/kernel/time.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import { table } from '../../lambdas/platform/storage/table.ts';
import { captureOutput } from '../support/output.ts';
import { runFunction, streamOf } from '../support/server/functions.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { sweptUpTo } from '../support/server/sweeps.ts';
import { sampleManifest } from '../support/vectors/sample-manifest.ts';
import { finishQuarter, folderOf, statementDay } from '../support/vectors/stated-quarter.ts';

const day = 86_400;

/** One story, told in order: each test goes on from the one before. */
describe('the quarterly statement', () => {
  const output = captureOutput('StatementsOverdue', 'StatementsMade');
  let server: TestServer;
  let quarter: Quarter;
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer({ orgs: ['hub', 'core'] });
    ({ quarter, enterpriseId } = await finishQuarter(server));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const recorded = async (org = 'hub') => await ledgerOf(server).get({ pk: `Q#${org}#${quarter}`, sk: 'T' });
  const findings = async (revision: number) => {
    const folder = await folderOf(server, quarter, revision);
    return (await verifyStatement(folder, { jwk: server.world.root }, checkSignature)).findings;
  };
  const told = () => server.world.notices.delivered('finance');

  it('is not made before day 11', async () => {
    server.clock.at = quarterEnds(quarter) + 10 * day - 1;
    await runFunction(server, 'make-statements');
    expect(await recorded()).toBeUndefined();
  });

  it('is made on day 11, and verifies offline under the Root', async () => {
    server.clock.at = quarterEnds(quarter) + statementDay;
    await runFunction(server, 'make-statements');
    expect(await recorded()).toMatchObject({ state: 'stated', revision: 1, billed: 3, announced: 1 });
    expect(await findings(1)).toEqual([]);
    expect(output.metrics('StatementsMade')).toHaveLength(1);
    expect(output.metrics('StatementsOverdue')).toEqual([]);
  });

  it('bills the production sites as the server counts, with the manifests beside them', async () => {
    const statement = JSON.parse((await folderOf(server, quarter, 1))['statement.json']);
    expect(statement).toMatchObject({
      org: 'hub',
      quarter,
      billed: { productionSites: 3 },
      totals: { opening: { production: 0 }, closing: { production: 3, dev: 1 }, moves: { new: 3 } },
      applications: [
        { application: 'boost', closing: { dev: 1 }, manifest: { missing: true } },
        { application: 'hwf', closing: { production: 3 }, manifest: { revision: 1, sites: { production: 4 } } },
      ],
      differences: [
        { application: 'hwf', figure: 'production', server: 3, manifest: 4 },
        { application: 'hwf', enterpriseId, figure: 'production', server: 3, manifest: 4 },
      ],
      seatsExceeded: [{ application: 'hwf', enterpriseId, configurationUsers: 13, limit: 12 }],
      history: [{ quarter, production: 3, dev: 1, proxy: 0 }],
    });
  });

  it('tells finance the number, the place, and how to verify', async () => {
    const [notice] = told();
    expect(told()).toHaveLength(1);
    expect(notice?.subject).toBe(`License statement ${quarter} r1 of hub: 3 production sites`);
    expect(notice?.attributes).toEqual({ id: `hub/${quarter}/r1`, org: 'hub', quarter, revision: '1' });
    const said = JSON.parse(notice?.message ?? '');
    expect('default' in said ? JSON.parse(said.default) : said).toMatchObject({
      billedProductionSites: 3,
      location: `s3://${server.world.runtime.env.EXPORTS_BUCKET}/statements/hub/${quarter}/r1/`,
      missingManifests: ['boost'],
    });
  });

  it('raises an alert for what is missing, what differs, and who is over the limit', async () => {
    const alerts = (await table(server.world.runtime).query({ pk: `N#hub#${today()}`, limit: 100 })).items;
    expect(alerts.map(({ sk, times }) => [sk, times])).toEqual(
      expect.arrayContaining([
        [`manifest-missing#application:hub/boost#${quarter}`, 1],
        [`count-mismatch#enterprise:${enterpriseId}#${quarter}`, 1],
        [expect.stringMatching(/^count-mismatch#application:hub\/hwf#/), expect.any(Number)],
        [expect.stringMatching(/^seat-limit-exceeded#enterprise:/), expect.any(Number)],
      ]),
    );
  });

  it('leaves an Org that has counted nothing alone, until an operator asks', async () => {
    expect(await recorded('core')).toBeUndefined();
    const { client } = await server.operatorOf('core');
    await expect(client.call('make-statement', { quarter })).resolves.toMatchObject({
      revision: 1,
      billedProductionSites: 0,
    });
  });

  it('refuses manifests from then on', async () => {
    await expect(server.hwf.call('submit-manifest', { quarter, ...sampleManifest() })).rejects.toMatchObject({
      code: 'quarter-closed',
    });
  });

  it('is published again byte for byte when an operator asks, without a second notification', async () => {
    const before = await folderOf(server, quarter, 1);
    const first = await server.operator.call('make-statement', { quarter });
    server.clock.at += day;
    expect(await server.operator.call('make-statement', { quarter })).toEqual(first);
    expect(await folderOf(server, quarter, 1)).toEqual(before);
    expect(told().filter(({ attributes }) => attributes.org === 'hub')).toHaveLength(1);
  });

  it('is reopened by an operator with a reason; the clock then waits for the operator', async () => {
    const why = { reason: 'manifest-corrected', ticket: 'FIN-12' } as const;
    await expect(server.operator.call('reopen-quarter', { quarter, ...why })).resolves.toEqual({
      quarter,
      state: 'reopened',
      revision: 1,
      ...why,
    });
    server.clock.at += day;
    await runFunction(server, 'make-statements');
    expect(await recorded()).toMatchObject({ state: 'reopened', revision: 1 });
  });

  it('becomes r2 with the reason and the corrected manifest; r1 stays as it was', async () => {
    const before = await folderOf(server, quarter, 1);
    const corrected = sampleManifest([{ enterpriseId, production: 3, configurationUsers: 12 }]);
    await server.hwf.call('submit-manifest', { quarter, ...corrected });
    await expect(server.operator.call('make-statement', { quarter })).resolves.toMatchObject({ revision: 2 });
    const statement = JSON.parse((await folderOf(server, quarter, 2))['statement.json']);
    expect(statement).toMatchObject({
      revision: 2,
      reason: { code: 'manifest-corrected', ticket: 'FIN-12' },
      differences: [],
      seatsExceeded: [],
    });
    expect(await findings(2)).toEqual([]);
    expect(await folderOf(server, quarter, 1)).toEqual(before);
    expect(await findings(1)).toEqual([]);
  });

  it('stands in the audit trail, step by step', async () => {
    const item = await recorded();
    await runFunction(server, 'write-audit', streamOf(item ? [item] : []));
    const { events } = await server.operator.call('list-audit-events', {});
    expect(events).toContainEqual(
      expect.objectContaining({
        subject: `statement:hub/${quarter}`,
        action: 'make-statement',
        details: expect.objectContaining({ state: 'stated', revision: 2, ticket: 'FIN-12', billed: 3 }),
      }),
    );
  });

  it('is made for the next quarter on a later day, when day 11 was missed, and shows the one before', async () => {
    const next = nextQuarter(quarter);
    server.clock.at = quarterEnds(next) + 40 * day;
    await sweptUpTo(server, quarterEnds(next));
    await runFunction(server, 'make-statements');
    const statement = JSON.parse((await folderOf(server, next, 1))['statement.json']);
    expect(statement.history.map((one: { quarter: string }) => one.quarter)).toEqual([quarter, next]);
    expect(statement.totals.opening.production).toBe(3);
    expect(output.metrics('StatementsOverdue')).toHaveLength(1);
  });

  it('is missed again two weeks after its quarter was reopened, and no sooner', async () => {
    const late = () => output.metrics('StatementsOverdue').length;
    const before = late();
    await server.operator.call('reopen-quarter', { quarter, reason: 'manifest-corrected', ticket: 'FIN-13' });
    server.clock.at += 13 * day;
    await runFunction(server, 'make-statements');
    expect(late()).toBe(before);
    server.clock.at += day;
    await runFunction(server, 'make-statements');
    expect(late()).toBe(before + 1);
    expect(output.metrics('StatementsOverdue').at(-1)).toMatchObject({ org: 'hub', quarter });
    await server.operator.call('make-statement', { quarter });
    await runFunction(server, 'make-statements');
    expect(late()).toBe(before + 1);
  });

  it('is not signed when the counters contradict each other; the other Orgs get theirs', async () => {
    const next = nextQuarter(nextQuarter(quarter));
    const counters = { pk: `O#hub#${next}`, sk: `C#${enterpriseId}#hwf`, pal: -5 };
    await table(server.world.runtime).commit([{ put: counters }]);
    server.clock.at = quarterEnds(next) + statementDay;
    await sweptUpTo(server, quarterEnds(next));
    await expect(runFunction(server, 'make-statements')).rejects.toThrow(AggregateError);
    expect(await ledgerOf(server).get({ pk: `Q#hub#${next}`, sk: 'T' })).toBeUndefined();
  });

  function today(): string {
    return new Date((quarterEnds(quarter) + statementDay) * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  }
});
