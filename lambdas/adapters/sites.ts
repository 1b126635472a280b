import * as z from 'zod';
import { mode } from '../../domain/chain/levels.ts';
import {
  AppId,
  buckets,
  type EnterpriseId,
  enterpriseOf,
  hash32,
  orgOf,
  SiteId,
  SiteRef,
  siteBucket,
  subjectOf,
} from '../../domain/ids.ts';
import { type Site, siteState } from '../../domain/site.ts';
import { hour } from '../../domain/time.ts';
import type { Sites } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { pageOverBuckets } from './bucket-page.ts';
import { commitChange } from './commit-change.ts';
import { counterWrites } from './counters.ts';
import { fromKeyItem, HistoryItem, KeyItem, toKeyItem, versionOf } from './key-item.ts';
import { perRuntime } from './per-runtime.ts';
import { readReference, referenceWrites } from './references.ts';
import { type Item, type Key, table } from './table.ts';

const SiteItem = HistoryItem.extend({
  sk: z.string().transform(sk => SiteId.parse(sk.slice(2))),
  app: AppId,
  ref: SiteRef,
  mode,
  state: siteState,
  status: z.enum(['live', 'suspended', 'dormant', 'deleted']),
  at: z.int(),
  key: KeyItem,
});

export const dynamoSites = perRuntime((runtime: Runtime): Sites => {
  const items = table(runtime);
  // Strong: a key that was replaced, suspended or deleted a moment ago must be known as such (design.md 8).
  const find = async (siteId: SiteId) => {
    const item = await items.get(siteKey(siteId), { consistent: true });
    return item && toSite(item);
  };
  return {
    find,
    reference: async (enterpriseId, app, ref) => await readReference(items, find, { enterpriseId, app, ref }),
    async page(enterpriseId, after, limit) {
      const list = { buckets, partitionOf: (bucket: string) => sitePartition(enterpriseId, bucket), prefix: 'S#' };
      const from = after && { bucket: siteBucket(after), sk: siteKey(after).sk };
      const page = await pageOverBuckets(items, list, from, limit);
      const sites = page.items.map(toSite);
      const last = sites.at(-1);
      return { sites, ...(page.next && last && { next: last.id }) };
    },
    async record(before, after, change) {
      const others = [...referenceWrites(before, after), ...counterWrites(before, after, change.at)];
      await commitChange(runtime, { item: toItem(after), before: before?.version }, others, change);
    },
  };
});

export function siteKey(siteId: SiteId): Key {
  return { pk: sitePartition(enterpriseOf(siteId), siteBucket(siteId)), sk: `S#${siteId}` };
}

export function sitePartition(enterpriseId: EnterpriseId, bucket: string): string {
  return `E#${enterpriseId}#${bucket}`;
}

function toSite(item: Item): Site {
  const { sk: id, app, ref, mode, state, status, at: createdAt, key, ...history } = SiteItem.parse(item);
  const version = versionOf(history);
  return {
    id,
    org: orgOf(id),
    enterprise: enterpriseOf(id),
    app,
    ref,
    mode,
    state,
    status,
    createdAt,
    key: fromKeyItem(key),
    version,
  };
}

function toItem({ id, app, ref, mode, state, status, createdAt: at, key }: Site): Item & Key {
  return {
    ...siteKey(id),
    app,
    ref,
    mode,
    state,
    status,
    at,
    key: toKeyItem(key),
    ...(status !== 'deleted' && expiryIndexKey(id, key.expiresAt)),
  };
}

const shards = 16;

/** The sparse index of what expires when, by hour and shard (design.md 8): the sweep reads nothing else. */
export function expiryIndexKey(siteId: SiteId, expiresAt: number): Item {
  const hourOfExpiry = new Date(Math.floor(expiresAt / hour) * hour * 1000).toISOString().slice(0, 13);
  return { xpk: `X#${hourOfExpiry}#${hash32(siteId) % shards}`, xsk: subjectOf.site(siteId) };
}
