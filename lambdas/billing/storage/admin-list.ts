import * as z from 'zod';
import { AppId, buckets, type OrgId } from '../../../domain/kernel/ids.ts';
import type { Quarter, Seconds } from '../../../domain/kernel/time.ts';
import type { Change } from '../../platform/changes/change.ts';
import { commitChange } from '../../platform/changes/commit-change.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { type BucketPlace, pageOverBuckets } from '../../platform/storage/bucket-page.ts';
import { HistoryItem, versionOf } from '../../platform/storage/item-version.ts';
import { cursorFrom, cursorTo } from '../../platform/storage/page-cursor.ts';
import { queryAll } from '../../platform/storage/query-all.ts';
import { type Item, table } from '../../platform/storage/table.ts';
import { AdminsItem, adminsKey } from './admins.ts';

/** The admins of a quarter, as finance reads them. */
export interface AdminList {
  /** Those of the latest manifest of each application. A page may be empty and have a next one. @throws invalid-request */
  page(query: {
    org: OrgId;
    quarter: Quarter;
    application?: AppId | undefined;
    /** expired entries are left out */
    at: Seconds;
    after?: string | undefined;
    limit: number;
  }): Promise<{ admins: { application: AppId; name: string; email: string }[]; next?: string }>;
  /** Records that a page was read: the reader and the number of people in it. @throws ConflictError */
  recordRead(read: { org: OrgId; quarter: Quarter; reader: AppId; people: number }, change: Change): Promise<void>;
}

/** The name of a manifest. Its body stays in S3, which this function cannot read. */
const ManifestName = z.object({ app: AppId, revision: z.int() });

/** Reads admins from family D, and records the read in family R. */
export const dynamoAdminList = perRuntime((runtime: Runtime): AdminList => {
  const items = table(runtime);

  /** The sort key of the latest manifest of each application, with the application. */
  async function latest(org: OrgId, quarter: Quarter): Promise<ReadonlyMap<string, AppId>> {
    const manifests = (await queryAll(items, `Q#${org}#${quarter}`, 'M#')).map(item => ManifestName.parse(item));
    return new Map(manifests.map(({ app, revision }) => [adminsKey(quarter, app, revision), app]));
  }

  return {
    async page({ org, quarter, application, at, after, limit }) {
      const from = after === undefined ? undefined : cursorFrom(after, isOf(quarter));
      const list = { buckets, partitionOf: (bucket: string) => `D#${org}#${bucket}`, prefix: `${quarter}#` };
      const [applications, page] = await Promise.all([latest(org, quarter), pageOverBuckets(items, list, from, limit)]);
      const admins = page.items.flatMap(item => {
        const { sk, ttl, admins } = AdminsItem.parse(item);
        const app = applications.get(sk);
        // DynamoDB deletes expired items late: up to some days after their TTL.
        if (app === undefined || ttl <= at || (application !== undefined && app !== application)) return [];
        return admins.map(({ name, email }) => ({ application: app, name, email }));
      });
      return { admins, ...(page.next && { next: cursorTo(page.next) }) };
    },
    async recordRead({ org, quarter, reader, people }, change) {
      const key = { pk: `R#${org}#${quarter}`, sk: reader };
      const before: Item | undefined = await items.get(key, { consistent: true });
      const version = before && versionOf(HistoryItem.parse(before));
      await commitChange(runtime, { item: { ...key, people }, before: version }, [], change);
    },
  };
});

function isOf(quarter: Quarter): (place: BucketPlace) => boolean {
  return ({ bucket, sk }) => buckets.includes(bucket) && sk.startsWith(`${quarter}#`);
}
