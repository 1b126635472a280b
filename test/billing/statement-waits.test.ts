import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hourOf, isoTime, type Quarter, quarterEnds } from '../../domain/kernel/time.ts';
import { dynamoSweepProgress } from '../../lambdas/platform/storage/sweep-progress.ts';
import { captureOutput } from '../support/output.ts';
import { runFunction } from '../support/server/functions.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { sweptUpTo } from '../support/server/sweeps.ts';
import { finishQuarter, folderOf } from '../support/vectors/stated-quarter.ts';

const day = 86_400;

describe('a statement whose quarter the sweep has not passed', () => {
  const output = captureOutput();
  let server: TestServer;
  let quarter: Quarter;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const recorded = async () => await ledgerOf(server).get({ pk: `Q#hub#${quarter}`, sk: 'T' });

  it('is a question of a sweep that begins with the first deployment, not with its first run', async () => {
    const until = await dynamoSweepProgress(server.world.runtime).until();
    expect(until).toBe(hourOf(server.clock.at));
  });

  it('is not made by the schedule, which waits without a failure', async () => {
    ({ quarter } = await finishQuarter(server));
    await sweptUpTo(server, quarterEnds(quarter) - 3600);
    for (let days = 0; days < 3; days++, server.clock.at += day) await runFunction(server, 'make-statements');
    expect(await recorded()).toBeUndefined();
  });

  it('is refused to an operator, who is told how far the sweep has come and when to try again', async () => {
    const refused = await server.operator.call('make-statement', { quarter }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'quarter-not-swept', status: 409, retryAfter: 3600 });
    expect(String(refused)).toContain(isoTime(quarterEnds(quarter) - 3600));
  });

  it('is made by the next run after the sweep, also half a year later, and says how far the sweep had come', async () => {
    server.clock.at += 200 * day;
    await runFunction(server, 'make-statements');
    expect(await recorded()).toBeUndefined();
    await sweptUpTo(server, quarterEnds(quarter) + 100 * day);
    await runFunction(server, 'make-statements');
    const folder = await folderOf(server, quarter, 1);
    expect(JSON.parse(folder['statement.json'])).toMatchObject({
      revision: 1,
      sweptUntil: isoTime(quarterEnds(quarter) + 100 * day),
      billed: { productionSites: 3 },
      totals: { usage: { peak: 3 } },
    });
    expect(folder['report.html']).toContain('swept until');
  });

  it('has its alerts on day 11, when it was due', async () => {
    const due = isoTime(quarterEnds(quarter) + 10 * day)
      .slice(0, 10)
      .replaceAll('-', '');
    const missing = await ledgerOf(server).all(`N#hub#${due}`, 'manifest-missing#');
    expect(missing).toMatchObject([{ subject: 'application:hub/boost', detail: quarter, times: 1 }]);
  });
});
