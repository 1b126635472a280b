import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, type Quarter } from '../../domain/kernel/time.ts';
import { type Fault, Killed } from '../support/aws/meter.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { runFunction } from '../support/server/functions.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { Interleaving } from '../support/server/interleaving.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { sampleManifest } from '../support/vectors/sample-manifest.ts';
import { bodiesPut, finishQuarter, folderOf } from '../support/vectors/stated-quarter.ts';

const seed = 20261106;
const day = 86_400;
const files = ['enterprises.csv', 'report.html', 'statement.json', 'statement.jws'];

describe(`the statement of a quarter is made once (bar R6, seed ${seed})`, () => {
  const output = captureOutput();
  let server: TestServer;
  let ledger: Ledger;
  let quarter: Quarter;
  let enterpriseId: string;
  let standing: Instance;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    ({ quarter, enterpriseId } = await finishQuarter(server));
    standing = await startInstance(server);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  const recorded = async () => Object(await ledger.get({ pk: `Q#hub#${quarter}`, sk: 'T' }));
  const operator = (instance: Instance) => instance.client(server.operatorKey);
  const reopen = async () => {
    const why = { reason: 'dispute-settled', ticket: 'FIN-6' } as const;
    return (await operator(standing).call('reopen-quarter', { quarter, ...why })).revision + 1;
  };

  /** One revision more than before, the same bytes from every writer, and a notification of finance for exactly these. */
  async function expectMadeOnce(revision: number): Promise<void> {
    const item = await recorded();
    expect(item).toMatchObject({ state: 'stated', revision, announced: revision });
    const bodies = bodiesPut(server.meter.calls, quarter, revision);
    expect(Object.keys(bodies).sort()).toEqual(files);
    const folder = await folderOf(server, quarter, revision);
    for (const [name, put] of Object.entries(bodies)) expect(put).toEqual([Object(folder)[name]]);
    expect(folder['statement.jws']).toBe(item.jws);
    const told = server.world.notices
      .delivered('finance')
      .filter(({ attributes }) => attributes.revision === `${revision}`);
    expect([...new Set(told.map(({ message }) => message))]).toHaveLength(1);
    expect([...new Set(told.map(({ attributes }) => attributes.id))]).toEqual([`hub/${quarter}/r${revision}`]);
  }

  it('by the clock, delivered three times at once and twice later', async () => {
    await Promise.all([1, 2, 3].map(async () => await runFunction(server, 'make-statements')));
    await expectMadeOnce(1);
    const told = server.world.notices.delivered('finance').length;
    server.clock.at += day;
    for (let time = 0; time < 2; time++) await runFunction(server, 'make-statements');
    await expectMadeOnce(1);
    expect(server.world.notices.delivered('finance')).toHaveLength(told);
  });

  it.each([2, 3, 4, 5])('when %i operators ask at once, in any of 5 schedules', async pieces => {
    const instances = await Promise.all(Array.from({ length: pieces }, async () => await startInstance(server)));
    for (let number = 0; number < 5; number++) {
      const revision = await reopen();
      const interleaving = new Interleaving(seeded(seed + 10 * pieces + number), pieces);
      const ask = async (instance: Instance, piece: number) => {
        const work = async () => await operator(instance).call('make-statement', { quarter });
        return await server.meter.faulty(interleaving.turnOf(piece), work).finally(() => interleaving.done());
      };
      const [one, ...others] = await Promise.all(instances.map(ask));
      for (const other of others) expect(other).toEqual(one);
      expect(one).toMatchObject({ revision });
      await expectMadeOnce(revision);
    }
  });

  it.each(['hang-before', 'hang-after'] as const)(
    'whichever request to AWS the maker dies at (%s), when it is asked for again',
    async kind => {
      await reopen();
      const calls = await server.meter.of(async () => await operator(standing).call('make-statement', { quarter }));
      const own = calls.filter(({ by }) => by === 'make-statement').length;
      expect(own).toBeGreaterThan(20);
      for (let point = 1; point <= own; point++) {
        const before = await folderOf(server, quarter, (await recorded()).revision);
        const revision = await reopen();
        const idempotencyKey = crypto.randomUUID();
        const dying = operator(await startInstance(server));
        const work = async () => await dying.call('make-statement', { quarter }, { idempotencyKey });
        const end = await server.meter.faulty(atCall(point, kind), work).catch((error: unknown) => error);
        expect([point, end instanceof Killed]).toEqual([point, true]);
        await operator(await startInstance(server)).call('make-statement', { quarter }, { idempotencyKey });
        await expectMadeOnce(revision);
        expect(await folderOf(server, quarter, revision - 1)).toEqual(before);
      }
    },
  );

  it('by the next run of the clock, when the one before died after it had recorded', async () => {
    const revision = await reopen();
    const dying = operator(await startInstance(server));
    const work = async () => await dying.call('make-statement', { quarter });
    const atPublish: Fault = ({ command, input }) =>
      command === 'PutObjectCommand' && String(input.Key).includes(`/r${revision}/`) ? 'hang-before' : undefined;
    await expect(server.meter.faulty(atPublish, work)).rejects.toBeInstanceOf(Killed);
    expect(await recorded()).toMatchObject({ state: 'stated', revision });
    expect((await recorded()).announced).not.toBe(revision);
    server.clock.at += day;
    await runFunction(server, 'make-statements');
    await expectMadeOnce(revision);
    expect(await ledger.all(`N#hub#${dayOf(server.clock.at)}`)).toEqual([]);
  });

  it('with the manifest that came while it was made', async () => {
    const revision = await reopen();
    const push = sampleManifest([{ enterpriseId, production: 3, configurationUsers: 2 }]);
    let pushed = 0;
    const slipIn: Fault = async ({ by, input }) => {
      const records = by === 'make-statement' && JSON.stringify(input).includes('"ConditionCheck"');
      if (records && pushed++ === 0)
        await standing.client(server.keys.hwf).call('submit-manifest', { quarter, ...push });
      return undefined;
    };
    const late = operator(await startInstance(server));
    await server.meter.faulty(slipIn, async () => await late.call('make-statement', { quarter }));
    expect(pushed).toBe(2);
    await expectMadeOnce(revision);
    const statement = JSON.parse((await folderOf(server, quarter, revision))['statement.json']);
    expect(
      statement.applications.find((one: { application: string }) => one.application === 'hwf').manifest,
    ).toMatchObject({
      sites: { production: 3 },
    });
    expect(statement.differences).toEqual([]);
  });
});

/** Strikes the nth request that the operation itself makes, once. */
function atCall(nth: number, kind: 'hang-before' | 'hang-after'): Fault {
  let seen = 0;
  return ({ by, attempt }) => {
    if (by !== 'make-statement' || attempt > 1) return undefined;
    seen++;
    return seen === nth ? kind : undefined;
  };
}
