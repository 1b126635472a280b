import * as z from 'zod';
import { mode } from '../../../domain/chain/levels.ts';
import {
  AppId,
  buckets,
  type EnterpriseId,
  enterpriseOf,
  orgOf,
  SiteId,
  SiteRef,
  siteBucket,
  subjectOf,
} from '../../../domain/kernel/ids.ts';
import type { Reference } from '../../../domain/site-licensing/site.ts';
import { type Site, type SiteStatus, siteState } from '../../../domain/site-licensing/site.ts';
import type { Change } from '../../platform/changes/change.ts';
import { commitChange } from '../../platform/changes/commit-change.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { pageOverBuckets } from '../../platform/storage/bucket-page.ts';
import { expiryIndexKey } from '../../platform/storage/expiry-index.ts';
import { HistoryItem, versionOf } from '../../platform/storage/item-version.ts';
import { type Item, type Key, table } from '../../platform/storage/table.ts';
import { counterWrites } from './counters.ts';
import { fromKeyItem, KeyItem, toKeyItem } from './key-item.ts';
import { readReference, referenceWrites } from './references.ts';

/** Stores sites. `record` writes the change, its audit event, idempotency record and alerts in one transaction. @throws ConflictError, RepeatedRequestError */
export interface Sites {
  find(siteId: SiteId): Promise<Site | undefined>;
  reference(enterpriseId: EnterpriseId, app: AppId, ref: SiteRef): Promise<Reference>;
  page(
    enterpriseId: EnterpriseId,
    after: SiteId | undefined,
    limit: number,
  ): Promise<{ sites: readonly Site[]; next?: SiteId }>;
  /** @param reference the reference that the creation of a site was decided by */
  record(before: Site | undefined, after: Site, change: Change, reference?: Reference): Promise<void>;
}

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
  // Strongly consistent: a key that was just replaced, suspended or deleted must be found so (docs/rules.md 8).
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
    async record(before, after, change, reference) {
      const isRecreated = reference?.wasDeleted ?? false;
      const others = [
        ...referenceWrites(before, after, isRecreated),
        ...counterWrites(before, after, change.at, isRecreated),
      ];
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

/** A suspended site stays in the index: it may be reinstated before its key expires. */
const isSwept = { live: true, suspended: true, dormant: false, deleted: false } as const satisfies Record<
  SiteStatus,
  boolean
>;

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
    ...(isSwept[status] && expiryIndexKey(subjectOf.site(id), key.expiresAt)),
  };
}
