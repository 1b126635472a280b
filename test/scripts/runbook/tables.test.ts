import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { enterpriseOf, SiteId, siteBucket } from '../../../domain/kernel/ids.ts';
import { quarterOf } from '../../../domain/kernel/time.ts';
import { restoreLosses } from '../../../scripts/runbook/restore-losses.ts';
import { tableFaults } from '../../../scripts/runbook/table-faults.ts';
import { type Item, wholeTable } from '../../../scripts/runbook/whole-table.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

let server: TestServer;
let enterpriseId: string;
let site: { siteId: string; key: string };
/** The table as a backup would hold it, before the last changes. */
let backup: Item[];

const table = () => server.world.runtime.env.TABLE_NAME ?? '';
const siteItem = () => `E#${enterpriseId}#${siteBucket(SiteId.parse(site.siteId))}/S#${site.siteId}`;

beforeAll(async () => {
  server = await startServer();
  ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
  const create = async (siteRef: string) =>
    await server.hwf.call('create-site', { enterpriseId, siteRef, state: 'commissioning' });
  site = await create('STAYS');
  const gone = await create('GOES');
  const moved = await create('MOVES');
  await server.hwf.call('update-site', { siteId: moved.siteId, state: 'active' });
  await server.hwf.call('delete-site', { siteId: gone.siteId });
  backup = await all();
  await server.hwf.call('refresh-key', { siteId: site.siteId, key: site.key });
  await server.boost.call('create-enterprise', {});
});
afterAll(async () => await server.close());

it('a table that our operations have written agrees with itself', async () => {
  await expect(tableFaults(wholeTable(table()))).resolves.toEqual([]);
});

it('finds a counter that says too much', async () => {
  const counters = { pk: `O#hub#${quarterOf(server.clock.at)}`, sk: `C#${enterpriseId}#hwf` };
  await edit(counters, 'ADD #cell :one', 1);
  await expect(tableFaults(wholeTable(table()))).resolves.toEqual([
    `counters of ${enterpriseId}#hwf production:active:live say 2, there are 1`,
  ]);
  await edit(counters, 'ADD #cell :one', -1);
});

it('finds a day that its moves do not explain', async () => {
  const quarter = quarterOf(server.clock.at);
  const counters = { pk: `O#hub#${quarter}`, sk: `C#${enterpriseId}#hwf` };
  await edit(counters, 'ADD #cell :one', 1, '07');
  await expect(tableFaults(wholeTable(table()))).resolves.toEqual([
    expect.stringMatching(new RegExp(`^days of ${quarter} of ${enterpriseId}#hwf add up to \\d+, its moves to \\d+$`)),
  ]);
  await edit(counters, 'ADD #cell :one', -1, '07');
});

it('finds a reference that was lost, a site that was lost, and an enterprise that was lost', async () => {
  const id = site.siteId;
  const without = async (lost: RegExp) => await tableFaults(given(backup.filter(({ sk }) => !lost.test(sk))));
  await expect(without(/^R#hwf#STAYS$/)).resolves.toEqual([`site ${id} is not named by its reference`]);
  await expect(without(new RegExp(`^S#${id}$`))).resolves.toEqual([
    `a reference names site ${id}, which does not stand there`,
    `counters of ${enterpriseOf(SiteId.parse(id))}#hwf production:commissioning:live say 1, there are 0`,
  ]);
  await expect(without(/^#$/)).resolves.toHaveLength(2);
});

it('says which subjects have changed since the backup, and what to do about each', async () => {
  const losses = await restoreLosses(wholeTable(table()), given(backup));
  expect(losses).toContainEqual({
    item: siteItem(),
    before: 2,
    restored: 1,
    advice: expect.stringContaining('reissue-key'),
  });
  const [enterprise] = losses.filter(({ item }) => /^E#[^#]+\/#$/.test(item));
  expect(enterprise).toMatchObject({ restored: 0 });
  expect(losses.map(({ item }) => item)).not.toContain(`E#${enterpriseId}/#`);
});

it('a backup without changes since has lost nothing', async () => {
  await expect(restoreLosses(given(backup), wholeTable(table()))).resolves.toEqual([]);
});

async function all(): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of wholeTable(table())) items.push(item);
  return items;
}

async function* given(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function edit(key: { pk: string; sk: string }, expression: string, by: number, cell = 'pal'): Promise<void> {
  const client = new DynamoDBClient({});
  await client.send(
    new UpdateItemCommand({
      TableName: table(),
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
      UpdateExpression: expression,
      ExpressionAttributeNames: { '#cell': cell },
      ExpressionAttributeValues: { ':one': { N: String(by) } },
    }),
  );
  client.destroy();
}
