import type { Item, Table } from './table.ts';

/** Position in a bucketed list: the next page begins after this item of this bucket. */
export interface BucketPlace {
  readonly bucket: string;
  readonly sk: string;
}

export interface BucketedList {
  readonly buckets: readonly string[];
  readonly partitionOf: (bucket: string) => string;
  readonly prefix?: string | undefined;
}

/** Reads one page of a list that is spread over buckets, in their order. @returns `next` unless it was the last page */
export async function pageOverBuckets(
  table: Table,
  { buckets, partitionOf, prefix }: BucketedList,
  from: BucketPlace | undefined,
  limit: number,
): Promise<{ items: readonly Item[]; next?: BucketPlace }> {
  const items: Item[] = [];
  const start = from ? Math.max(0, buckets.indexOf(from.bucket)) : 0;
  for (const [index, bucket] of buckets.slice(start).entries()) {
    const after = bucket === from?.bucket ? from.sk : undefined;
    const page = await table.query({ pk: partitionOf(bucket), prefix, after, limit: limit - items.length });
    items.push(...page.items);
    const last = page.items.at(-1);
    const isEnd = !page.more && start + index === buckets.length - 1;
    if (items.length >= limit && last && !isEnd) return { items, next: { bucket, sk: String(last.sk) } };
  }
  return { items };
}
