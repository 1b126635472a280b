import * as z from 'zod';
import { hash32, Subject } from '../../../domain/kernel/ids.ts';
import { hour, isoTime, type Seconds } from '../../../domain/kernel/time.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type Item, type Key, table } from './table.ts';

const shards = 16;
const pageSize = 200;

/**
 * Returns the keys of an item in the sparse index of expiries (docs/rules.md 8), which the sweep reads. Its sort key is the subject, not
 * the time, since DynamoDB does not split a partition with a rising key.
 */
export function expiryIndexKey(subject: Subject, endsAt: Seconds): Item {
  return { xpk: `${hourKey(endsAt)}#${hash32(subject) % shards}`, xsk: subject };
}

/** An entry of the expiry index: the key of its item, and its partition in the index. */
export interface ExpiryEntry {
  readonly subject: Subject;
  readonly key: Key;
  readonly xpk: string;
}

const IndexItem = z.object({ pk: z.string(), sk: z.string(), xpk: z.string(), xsk: Subject });

/** Returns the partitions of one hour. @param at any moment in it */
export function partitionsOf(at: Seconds): string[] {
  return Array.from({ length: shards }, (_, shard) => `${hourKey(at)}#${shard}`);
}

/** Yields the entries of one partition, page by page; eventually consistent. */
export async function* expiryEntriesIn(runtime: Runtime, xpk: string): AsyncGenerator<ExpiryEntry> {
  let after: Item | undefined;
  do {
    const page = await table(runtime).queryExpiry({ xpk, after, limit: pageSize });
    for (const { pk, sk, xpk, xsk } of page.items.map(item => IndexItem.parse(item)))
      yield { subject: xsk, key: { pk, sk }, xpk };
    after = page.next;
  } while (after);
}

/** Returns `X#2026-11-21T05` */
function hourKey(at: Seconds): string {
  return `X#${isoTime(Math.floor(at / hour) * hour).slice(0, 13)}`;
}
