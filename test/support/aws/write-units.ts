import type { Item, Key } from '../../../lambdas/platform/storage/table.ts';
import { itemSize } from './item-size.ts';
import type { AwsCall } from './meter.ts';

/** A write: the item before, and after; nothing is `{}` there. */
export interface Written {
  readonly before: Item | undefined;
  readonly after: Item;
  readonly inTransaction: boolean;
}

/**
 * Write units of one write, table and index.
 *
 * - Table: 1 for every started kB of the larger of the item before and after, at least 1; twice that in a transaction (prepare and
 *   commit), also for a condition check. AWS, DynamoDB developer guide, "DynamoDB item sizes and formats" and "DynamoDB Transactions:
 *   How it works", capacity management.
 * - Index, KEYS_ONLY: 1 when the item enters or leaves it, 2 when its key in the index changes (one delete, one put), 0 when what is
 *   projected stays. AWS, "Using Global Secondary Indexes in DynamoDB", throughput considerations for writes.
 * - A transaction does not double the units of the index: AWS's guide does not say so, but AWS answers so (measured with
 *   ReturnConsumedCapacity: INDEXES, https://github.com/nubo-db/dynoxide/pull/188). Amazon DynamoDB Local 2.6.1 reports twice the units
 *   of the table and four times those of the index (test/local/write-units.test.ts).
 */
export function writeUnits({ before, after, inTransaction }: Written): { table: number; index: number } {
  const kilobytes = Math.max(1, Math.ceil(Math.max(itemSize(before ?? {}), itemSize(after)) / 1024));
  return { table: kilobytes * (inTransaction ? 2 : 1), index: indexUnits(before, after) };
}

function indexUnits(before: Item | undefined, after: Item): number {
  const [was, is] = [before, after].map(item => item?.xpk !== undefined && `${item.xpk} ${item.xsk}`);
  if (was === is) return 0;
  return (was ? 1 : 0) + (is ? 1 : 0);
}

/** The keys of what a call writes, of each part of a transaction. */
export function writesOf({ command, input }: AwsCall): { key: Key; inTransaction: boolean }[] {
  if (command === 'PutItemCommand') return [{ key: keyIn(input.Item), inTransaction: false }];
  if (command === 'UpdateItemCommand' || command === 'DeleteItemCommand')
    return [{ key: keyIn(input.Key), inTransaction: false }];
  if (command !== 'TransactWriteItemsCommand') return [];
  return partsOf(input).map(part => ({
    key: keyIn(part.Put?.Item ?? (part.Update ?? part.Delete ?? part.ConditionCheck)?.Key),
    inTransaction: true,
  }));
}

interface Part {
  readonly Put?: { readonly Item: Item };
  readonly Update?: { readonly Key: Item };
  readonly Delete?: { readonly Key: Item };
  readonly ConditionCheck?: { readonly Key: Item };
}

export function partsOf(input: AwsCall['input']): readonly Part[] {
  return Array.isArray(input.TransactItems) ? input.TransactItems : [];
}

function keyIn(item: unknown): Key {
  const { pk, sk } = Object(item);
  return { pk: String(pk), sk: String(sk) };
}
