import * as z from 'zod';
import { hash32, Subject } from '../../../domain/kernel/ids.ts';
import { hour, isoTime, type Seconds } from '../../../domain/kernel/time.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type Item, type Key, table } from './table.ts';

const shards = 16;
const pageSize = 200;

/**
 * Puts an item into the sparse index of what ends when (docs/rules.md 8): the sweep reads nothing else. The subject sorts, not the time,
 * since a rising key would keep a partition from being split.
 */
export function expiryIndexKey(subject: Subject, endsAt: Seconds): Item {
  return { xpk: `${hourKey(endsAt)}#${hash32(subject) % shards}`, xsk: subject };
}

/** One thing that ends: where its item is, and where the index had it. */
export interface ExpiryEntry {
  readonly subject: Subject;
  readonly key: Key;
  readonly xpk: string;
}

const IndexItem = z.object({ pk: z.string(), sk: z.string(), xpk: z.string(), xsk: Subject });

/** The partitions of one hour. @param at any moment in it */
export function partitionsOf(at: Seconds): string[] {
  return Array.from({ length: shards }, (_, shard) => `${hourKey(at)}#${shard}`);
}

/** What ends in one partition, page by page; a copy that may be a moment old. */
export async function* expiryEntriesIn(runtime: Runtime, xpk: string): AsyncGenerator<ExpiryEntry> {
  let after: Item | undefined;
  do {
    const page = await table(runtime).queryExpiry({ xpk, after, limit: pageSize });
    for (const { pk, sk, xpk, xsk } of page.items.map(item => IndexItem.parse(item)))
      yield { subject: xsk, key: { pk, sk }, xpk };
    after = page.next;
  } while (after);
}

/** `X#2026-11-21T05` */
function hourKey(at: Seconds): string {
  return `X#${isoTime(Math.floor(at / hour) * hour).slice(0, 13)}`;
}
