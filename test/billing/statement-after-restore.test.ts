import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quarter } from '../../domain/kernel/time.ts';
import { type Item, table } from '../../lambdas/platform/storage/table.ts';
import type { Fault } from '../support/aws/meter.ts';
import { runFunction } from '../support/server/functions.ts';
import { startInstance } from '../support/server/instance.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { finishQuarter, folderOf } from '../support/vectors/stated-quarter.ts';

describe('a statement that finance has, and that a restored table does not know', () => {
  let server: TestServer;
  let quarter: Quarter;
  let published: Awaited<ReturnType<typeof folderOf>>;
  let lost: Item | undefined;

  const keyOf = () => ({ pk: `Q#hub#${quarter}`, sk: 'T' });

  beforeAll(async () => {
    server = await startServer();
    ({ quarter } = await finishQuarter(server));
    await runFunction(server, 'make-statements');
    published = await folderOf(server, quarter, 1);
    lost = await ledgerOf(server).get(keyOf());
    await table(server.world.runtime).commit([{ remove: keyOf() }]);
    server.clock.at += 86_400;
  });
  afterAll(async () => await server.close());

  async function expectUntouched(): Promise<void> {
    expect(await ledgerOf(server).get(keyOf())).toBeUndefined();
    expect(await folderOf(server, quarter, 1)).toEqual(published);
    expect(server.world.notices.delivered('finance')).toHaveLength(1);
  }

  it('is not re-created by the schedule, which fails', async () => {
    await expect(runFunction(server, 'make-statements')).rejects.toMatchObject({
      errors: [expect.objectContaining({ code: 'conflict' })],
    });
    await expectUntouched();
  });

  it('is not re-created for an operator, whose refusal names the cause', async () => {
    const refused = { code: 'conflict', message: expect.stringContaining('restore') };
    await expect(server.operator.call('make-statement', { quarter })).rejects.toMatchObject(refused);
    await expectUntouched();
  });

  it('is published again as it was once its item is back', async () => {
    const { pk, sk } = keyOf();
    await table(server.world.runtime).commit([{ put: { ...lost, pk, sk } }]);
    await expect(server.operator.call('make-statement', { quarter })).resolves.toMatchObject({ revision: 1 });
    expect(await folderOf(server, quarter, 1)).toEqual(published);
  });

  it('is distinguished from one that a concurrent request made, which both answer', async () => {
    await server.operator.call('reopen-quarter', { quarter, reason: 'dispute-settled', ticket: 'FIN-9' });
    const [one, other] = [await startInstance(server), await startInstance(server)];
    const make = async (instance: typeof one) =>
      await instance.client(server.operatorKey).call('make-statement', { quarter });
    let first: ReturnType<typeof make> | undefined;
    const slipIn: Fault = async ({ command, input }) => {
      if (command !== 'GetObjectCommand' || !String(input.Key).endsWith('/r2/statement.json')) return undefined;
      first ??= server.meter.faulty(
        () => undefined,
        async () => await make(other),
      );
      await first;
      return undefined;
    };
    const second = await server.meter.faulty(slipIn, async () => await make(one));
    expect(second).toMatchObject({ revision: 2 });
    expect(second).toEqual(await first);
  });
});
