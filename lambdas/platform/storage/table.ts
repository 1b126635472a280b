import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DeleteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { classifyFault } from '../aws/aws-fault.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';
import { absent, allOf, anyOf, type ConditionExpression, compare, notEqual } from './condition-expression.ts';
import { withMark } from './update-expression.ts';

export type Item = Record<string, unknown>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * One write of a transaction. `put` replaces a whole item, `update` changes numbers or sets, `remove` deletes the item, `check` is a
 * condition only.
 */
export type Write =
  | { readonly put: Item & Key; readonly onlyIf?: Condition }
  | { readonly check: Key; readonly names?: Record<string, string>; readonly onlyIf: Condition }
  | { readonly remove: Key; readonly onlyIf?: undefined }
  | {
      readonly update: Key;
      readonly expression: string;
      readonly values: Item;
      readonly names?: Record<string, string>;
      readonly onlyIf?: Condition;
    };

/** Condition of a write. When it fails, the mark of the stored item distinguishes our own earlier attempt from another write. */
export interface Condition {
  readonly expression: ConditionExpression;
  readonly values?: Item;
  /** the refusal when it does not hold @default ConflictError: the facts were stale */
  readonly otherwise?: Refusal;
}

/** The condition of a write failed: another write came first. Has the index of the write and the stored item. */
export class ConditionFailedError extends Error {
  readonly index: number;
  readonly existingItem: Item;

  constructor(index: number, existingItem: Item) {
    super(`condition of write ${index} failed`);
    this.index = index;
    this.existingItem = existingItem;
  }
}

export interface Page {
  readonly items: readonly Item[];
  readonly more: boolean;
}

export interface ExpiryPage {
  readonly items: readonly Item[];
  /** where the next page begins; absent on the last */
  readonly next?: Item | undefined;
}

export interface Table {
  /** each caller chooses the consistency of its read */
  get(key: Key, read: { consistent: boolean }): Promise<Item | undefined>;
  query(range: { pk: string; prefix?: string | undefined; after?: string | undefined; limit: number }): Promise<Page>;
  /** Keys only, from the expiry index; eventually consistent, as every index. */
  queryExpiry(range: { xpk: string; after?: Item | undefined; limit: number }): Promise<ExpiryPage>;
  /** One write alone, several as a transaction. @throws ConditionFailedError for the first that failed; unavailable after long contention */
  commit(writes: readonly Write[]): Promise<void>;
}

const attempts = 6;
const firstPauseMs = 25;

/** The one DynamoDB table (docs/rules.md 8). */
export const table = perRuntime((runtime: Runtime): Table => {
  const client = new DynamoDBClient(clientSettings(runtime));
  runtime.instrument(client.middlewareStack);
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const TableName = setting(runtime, 'TABLE_NAME');

  return {
    async get(key, { consistent }) {
      const { Item } = await documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: consistent }));
      return Item;
    },
    async query({ pk, prefix, after, limit }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk, ...(prefix && { ':prefix': prefix }) },
          ConsistentRead: true,
          Limit: limit,
          ...(after && { ExclusiveStartKey: { pk, sk: after } }),
        }),
      );
      return { items: Items, more: LastEvaluatedKey !== undefined };
    },
    async queryExpiry({ xpk, after, limit }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'expiry',
          KeyConditionExpression: 'xpk = :xpk',
          ExpressionAttributeValues: { ':xpk': xpk },
          Limit: limit,
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      return { items: Items, next: LastEvaluatedKey };
    },
    async commit(writes) {
      // Every write has this mark: it distinguishes an attempt whose reply was lost from a write of another function.
      const mark = encodeBase64url(runtime.random(9));
      const inputs = writes.map(write => marked(write, TableName, mark));
      for (let attempt = 1; ; attempt++) {
        const outcome = await tryOnce(documents, inputs, mark);
        if (outcome === 'written') return;
        if (attempt === attempts) throw new Refusal('unavailable', 'Too many concurrent changes. Try again.');
        await runtime.sleep(firstPauseMs * 2 ** attempt * ((runtime.random(1)[0] ?? 0) / 255));
      }
    },
  };
});

type Input =
  | { Put: PutCommandInput }
  | { Delete: DeleteCommandInput }
  | { ConditionCheck: ConditionCheckInput }
  | { Update: UpdateCommandInput & { UpdateExpression: string } };

type ConditionCheckInput = NonNullable<
  NonNullable<TransactWriteCommandInput['TransactItems']>[number]['ConditionCheck']
>;

function marked(write: Write, TableName: string, mark: string): Input {
  const { onlyIf } = write;
  const guard = {
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ...(onlyIf && { ConditionExpression: onlyIf.expression.text }),
  };
  if ('put' in write) {
    const values = onlyIf?.values ? { ExpressionAttributeValues: onlyIf.values } : {};
    return { Put: { TableName, Item: { ...write.put, w: mark }, ...guard, ...values } };
  }
  if ('check' in write) return { ConditionCheck: checked(write, TableName) };
  // Deletion is idempotent, so a lost reply needs no mark; a condition would fail at the second attempt.
  if ('remove' in write) return { Delete: { TableName, Key: write.remove } };
  return {
    Update: {
      TableName,
      Key: write.update,
      UpdateExpression: withMark(write.expression),
      // A sum must not be added twice when the reply to the first attempt is lost.
      ConditionExpression: guardedByMark(onlyIf).text,
      ...(write.names && { ExpressionAttributeNames: write.names }),
      ExpressionAttributeValues: { ...write.values, ...onlyIf?.values, ':mark': mark },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function guardedByMark(onlyIf: Condition | undefined): ConditionExpression {
  return onlyIf ? allOf(onlyIf.expression, notEqual('w', ':mark')) : anyOf(absent('w'), compare('w', '<>', ':mark'));
}

function checked({ check, names, onlyIf }: Extract<Write, { check: Key }>, TableName: string): ConditionCheckInput {
  return {
    TableName,
    Key: check,
    ConditionExpression: onlyIf.expression.text,
    ...(names && { ExpressionAttributeNames: names }),
    ...(onlyIf.values && { ExpressionAttributeValues: onlyIf.values }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

async function tryOnce(
  documents: DynamoDBDocumentClient,
  inputs: Input[],
  mark: string,
): Promise<'written' | 'contended'> {
  try {
    await send(documents, inputs);
    return 'written';
  } catch (error) {
    const failures = conditionFailures(error);
    if (failures.some(({ existingItem }) => existingItem.w === mark)) return 'written';
    const [first] = failures;
    if (first) throw first;
    // The SDK does not retry these.
    if (classifyFault(error) === 'contended') return 'contended';
    throw error;
  }
}

async function send(documents: DynamoDBDocumentClient, inputs: Input[]): Promise<void> {
  const [only, ...others] = inputs;
  if (!only || others.length > 0 || 'ConditionCheck' in only)
    await documents.send(new TransactWriteCommand({ TransactItems: inputs }));
  else if ('Put' in only) await documents.send(new PutCommand(only.Put));
  else if ('Delete' in only) await documents.send(new DeleteCommand(only.Delete));
  else await documents.send(new UpdateCommand(only.Update));
}

function conditionFailures(error: unknown): ConditionFailedError[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).flatMap((reason, index) =>
      reason.Code === 'ConditionalCheckFailed' ? [new ConditionFailedError(index, unmarshall(reason.Item ?? {}))] : [],
    );
  }
  if (error.name !== 'ConditionalCheckFailedException') return [];
  return [new ConditionFailedError(0, 'Item' in error ? unmarshall(Object(error.Item)) : {})];
}
