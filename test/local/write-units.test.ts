import {
  type ConsumedCapacity,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Item } from '../../lambdas/platform/storage/table.ts';
import { chosenEngine } from '../../local/dynamodb-engine.ts';
import { tableName } from '../../local/table.ts';
import { writeUnits } from '../support/aws/write-units.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const key = { pk: 'p', sk: 's' };
const plain = { ...key, v: 'v' };
const inFirst = { ...plain, xpk: 'first', xsk: 'x' };
const inSecond = { ...plain, xpk: 'second', xsk: 'x' };
const large = { ...inSecond, v: 'v'.repeat(1500) };

interface Case {
  readonly title: string;
  readonly before?: Item;
  readonly after: Item;
  /** as AWS answers */
  readonly alone: readonly [table: number, index: number];
  readonly inTransaction: readonly [table: number, index: number];
}

const cases: readonly Case[] = [
  { title: 'a new item without index', after: plain, alone: [1, 0], inTransaction: [2, 0] },
  { title: 'a new item that enters the index', after: inFirst, alone: [1, 1], inTransaction: [2, 1] },
  { title: 'the same index key', before: inFirst, after: { ...inFirst, v: 'w' }, alone: [1, 0], inTransaction: [2, 0] },
  { title: 'another index key', before: inFirst, after: inSecond, alone: [1, 2], inTransaction: [2, 2] },
  { title: 'leaving the index', before: inFirst, after: plain, alone: [1, 1], inTransaction: [2, 1] },
  { title: 'a large item with another index key', before: inFirst, after: large, alone: [2, 2], inTransaction: [4, 2] },
];

/** What an engine answers for the units of a transaction, as a multiple of AWS's answer. */
const factors = { embedded: { table: 1, index: 1 }, local: { table: 2, index: 4 } } as const;

describe('write units of an item, table and index', () => {
  const engine = chosenEngine();
  let server: TestServer;
  let client: DynamoDBClient;

  beforeAll(async () => {
    server = await startServer();
    client = new DynamoDBClient({});
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  const put = (item: Item) => ({ TableName: tableName, Item: marshall(item) });

  async function stored(before: Item | undefined, sk: string): Promise<void> {
    if (before) await client.send(new PutItemCommand(put({ ...before, sk })));
  }

  it.each(cases)('are as AWS counts them for $title', async ({ title, before, after, alone }) => {
    expect(Object.values(writeUnits({ before, after, inTransaction: false }))).toEqual(alone);
    await stored(before, title);
    const written = { ...put({ ...after, sk: title }), ReturnConsumedCapacity: 'INDEXES' as const };
    const { ConsumedCapacity: consumed } = await client.send(new PutItemCommand(written));
    expect(unitsIn(consumed)).toEqual(alone);
  });

  it.each(cases)('are as AWS counts them in a transaction for $title', async ({ title, before, after, ...units }) => {
    expect(Object.values(writeUnits({ before, after, inTransaction: true }))).toEqual(units.inTransaction);
    const sk = `${title}, in a transaction`;
    await stored(before, sk);
    const { ConsumedCapacity: [consumed] = [] } = await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: put({ ...after, sk }) }],
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    const [table, index] = unitsIn(consumed);
    expect([table / factors[engine].table, index / factors[engine].index]).toEqual(units.inTransaction);
  });

  it('are two for a condition check in a transaction, also of an item that is not there', () => {
    expect(writeUnits({ before: undefined, after: {}, inTransaction: true })).toEqual({ table: 2, index: 0 });
  });
});

function unitsIn(consumed: ConsumedCapacity | undefined): [table: number, index: number] {
  const index = Object.values(consumed?.GlobalSecondaryIndexes ?? {}).map(({ CapacityUnits = 0 }) => CapacityUnits);
  return [consumed?.Table?.CapacityUnits ?? 0, index[0] ?? 0];
}
