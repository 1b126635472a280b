import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalDynamoDb } from '../../local/dynamodb.ts';
import { chosenEngine, startEngine } from '../../local/dynamodb-engine.ts';
import { createTable, tableName as TableName } from '../../local/table.ts';

let dynamo: LocalDynamoDb;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;
beforeAll(async () => {
  dynamo = await startEngine(chosenEngine(), undefined);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamo.endpoint;
  Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
  client = new DynamoDBClient({ maxAttempts: 1 });
  documents = DynamoDBDocumentClient.from(client);
  await createTable();
  await documents.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 'there', text: 't' } }));
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  client.destroy();
  await dynamo.close();
});

const Key = { pk: 'a', sk: 'there' };
const put = (input: object = {}) => documents.send(new PutCommand({ TableName, Item: Key, ...input }));
const get = (input: object = {}) => documents.send(new GetCommand({ TableName, Key, ...input }));
const remove = (input: object = {}) => documents.send(new DeleteCommand({ TableName, Key, ...input }));
const set = { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 1 } };
const update = (input: object = {}) => documents.send(new UpdateCommand({ TableName, Key, ...set, ...input }));
const scan = (input: object = {}) => documents.send(new ScanCommand({ TableName, ...input }));
const ofA = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'a' } };
const query = (input: object = {}) => documents.send(new QueryCommand({ TableName, ...ofA, ...input }));
const transact = (...TransactItems: NonNullable<TransactWriteCommandInput['TransactItems']>) =>
  documents.send(new TransactWriteCommand({ TransactItems }));
const putOf = (sk: string, more: object = {}) => ({ Put: { TableName, Item: { pk: 't', sk, ...more } } });
const check = (sk: string) => ({
  ConditionCheck: { TableName, Key: { pk: 'a', sk }, ConditionExpression: 'attribute_exists(pk)' },
});
const isAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
const unknown = { TableName: 'unknown' };

type Case = readonly [string, () => Promise<unknown>];

describe('the local DynamoDB', () => {
  it.each<Case>([
    ['GetItem', () => get(unknown)],
    ['PutItem', () => put(unknown)],
    ['UpdateItem', () => update(unknown)],
    ['DeleteItem', () => remove(unknown)],
    ['Query', () => query(unknown)],
    ['Scan', () => scan(unknown)],
    ['TransactWriteItems', () => transact({ Put: { ...unknown, Item: Key } })],
  ])('refuses %s of an unknown table with ResourceNotFoundException', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each<Case>([
    ['PutItem', () => put({ ...isAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
    ['UpdateItem', () => update({ ...isAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
    ['DeleteItem', () => remove({ ...isAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
  ])('refuses %s with ConditionalCheckFailedException and the item that exists', async (_, call) => {
    const Item = { pk: { S: 'a' }, sk: { S: 'there' } };
    await expect(call()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item });
  });

  it.each<Case>([
    ['GetItem by an empty key', () => get({ Key: { pk: '', sk: 'x' } })],
    ['GetItem by half a key', () => get({ Key: { pk: 'a' } })],
    ['GetItem by a key of another type', () => get({ Key: { pk: 1, sk: 'x' } })],
    ['PutItem without a sort key', () => put({ Item: { pk: 'a' } })],
    ['PutItem of an empty key', () => put({ Item: { pk: 'a', sk: '' } })],
    ['PutItem with a partition key over 2,048 bytes', () => put({ Item: { pk: 'x'.repeat(2049), sk: 'x' } })],
    ['PutItem with a sort key over 1,024 bytes', () => put({ Item: { pk: 'a', sk: 'x'.repeat(1025) } })],
    ['PutItem of an item over 400 KB', () => put({ Item: { ...Key, text: 'x'.repeat(409_600) } })],
    ['PutItem with an index key of another type', () => put({ Item: { ...Key, xpk: 1, xsk: 'x' } })],
    ['PutItem with an invalid condition', () => put({ ConditionExpression: 'pk ==' })],
    ['PutItem with an undefined value', () => put({ ConditionExpression: 'pk = :x' })],
    ['UpdateItem of a key', () => update({ UpdateExpression: 'SET sk = :n' })],
    ['UpdateItem with a reserved word', () => update({ UpdateExpression: 'SET #n = :n, status = :n' })],
    ['UpdateItem that adds a number to text', () => update({ UpdateExpression: 'ADD text :n' })],
    ['UpdateItem over 4 KB of expression', () => update({ UpdateExpression: `SET n = :n${' '.repeat(4096)}` })],
    ['DeleteItem by half a key', () => remove({ Key: { pk: 'a' } })],
    ['Query without a condition on the partition key', () => query({ KeyConditionExpression: 'sk = :pk' })],
    ['Query of an unknown index', () => query({ IndexName: 'unknown' })],
    ['Query with a limit of 0', () => query({ Limit: 0 })],
    ['Query of an index with strong consistency', () => query({ IndexName: 'expiry', ConsistentRead: true })],
    ['Scan with half a start key', () => scan({ ExclusiveStartKey: { pk: 'a' } })],
    ['TransactWriteItems of nothing', () => transact()],
    [
      'TransactWriteItems of 101 writes',
      () => transact(...Array.from({ length: 101 }, (_, index) => putOf(String(index)))),
    ],
    ['TransactWriteItems with two writes of one item', () => transact(putOf('same'), putOf('same'))],
    [
      'TransactWriteItems of more than 4 MB',
      () => transact(...Array.from({ length: 12 }, (_, index) => putOf(String(index), { text: 'x'.repeat(390_000) }))),
    ],
  ])('refuses %s with ValidationException', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'ValidationException' });
  });

  const onDynamoDbLocal = chosenEngine() === 'local' ? it : it.skip;
  onDynamoDbLocal.each<Case>([
    ['PutItem with an unused value', () => put({ ...isAbsent, ExpressionAttributeValues: { ':x': 1 } })],
    ['Query with a start of another partition', () => query({ ExclusiveStartKey: { pk: 'b', sk: 'x' } })],
  ])('on DynamoDB Local alone, which dynoxide is laxer than: refuses %s with ValidationException', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('cancels a transaction with TransactionCanceledException and the reason of each write, and writes nothing', async () => {
    const refused = transact(putOf('alone'), check('not-there'));
    await expect(refused).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect((await get({ Key: { pk: 't', sk: 'alone' } })).Item).toBeUndefined();
  });

  it('cancels a transaction with an item over 400 KB', async () => {
    const refused = transact(putOf('alone'), putOf('big', { text: 'x'.repeat(409_600) }));
    await expect(refused).rejects.toMatchObject({
      name: expect.stringMatching(/^(TransactionCanceledException|ValidationException)$/),
    });
    expect((await get({ Key: { pk: 't', sk: 'alone' } })).Item).toBeUndefined();
  });
});
