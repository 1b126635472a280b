import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Admin } from '../../../domain/billing/manifest.ts';
import { adminsEnd, emailName, type StoredAdmin } from '../../../domain/billing/person.ts';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import { type AppId, bucketOf, type OrgId } from '../../../domain/kernel/ids.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import type { Change } from '../../platform/changes/change.ts';
import { commitChange } from '../../platform/changes/commit-change.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { compare } from '../../platform/storage/condition-expression.ts';
import { HistoryItem, versionOf } from '../../platform/storage/item-version.ts';
import { queryAll } from '../../platform/storage/query-all.ts';
import { type Key, table, type Write } from '../../platform/storage/table.ts';

/** Names and addresses of people. */
export interface Persons {
  /**
   * Erases a person in the caller's Org.
   * @param of the person, by e-mail address, and the operator who requests it
   * @param changeOf the change to record, by the number of erased entries
   * @returns that number
   */
  erase(of: { org: OrgId; app: AppId; email: string }, changeOf: (entries: number) => Change): Promise<number>;
}

/**
 * The admins of one manifest whose addresses fall into one bucket. Buckets, since the admins of a manifest must fit into the transaction
 * that records it. One bucket of 32 reveals no address, whereas a hash of it could be guessed.
 */
export const AdminsItem = z.object({
  pk: z.string(),
  sk: z.string(),
  admins: z.array(Admin.extend({ salt: z.string() })),
  people: z.int(),
  ttl: z.int(),
});
type AdminsItem = z.infer<typeof AdminsItem>;

const saltBytes = 16;

export function saltedAdmins(admins: readonly Admin[], runtime: Runtime): StoredAdmin[] {
  return admins.map(admin => ({ ...admin, salt: encodeBase64url(runtime.random(saltBytes)) }));
}

/** Returns SHA-256, base64url, over the salt, the name and the address as canonical JSON. Without the salt the person cannot be guessed. */
export function commitmentOf({ salt, name, email }: StoredAdmin): string {
  return createHash('sha256')
    .update(canonicalJson([salt, name, email]))
    .digest('base64url');
}

interface AdminsOfManifest {
  readonly org: OrgId;
  readonly quarter: Quarter;
  readonly app: AppId;
  readonly revision: number;
  readonly admins: readonly StoredAdmin[];
}

/** Returns the writes of names and addresses, which are stored in family D alone: at most one for each of the 32 buckets. */
export function adminWrites({ org, quarter, app, revision, admins }: AdminsOfManifest): Write[] {
  const byPartition = Map.groupBy(admins, ({ email }) => partitionOf(org, email));
  return [...byPartition].map(([pk, some]) => {
    const item = {
      pk,
      sk: adminsKey(quarter, app, revision),
      admins: some,
      people: some.length,
      ttl: adminsEnd(quarter),
    };
    return { put: item };
  });
}

/** Returns the sort key of the admins of one manifest, in each bucket. */
export function adminsKey(quarter: Quarter, app: AppId, revision: number): string {
  return `${quarter}#${app}#${revision}`;
}

function partitionOf(org: OrgId, email: string): string {
  return `D#${org}#${bucketOf(emailName(email))}`;
}

/** Below the limit of a transaction (100), with room for the audit event and the idempotency record. */
const writesAtOnce = 80;

export const dynamoPersons = perRuntime((runtime: Runtime): Persons => {
  const items = table(runtime);

  /** Writes one round with its audit event; the last round has the answer and the idempotency record. */
  async function recordRound(key: Key, writes: readonly Write[], change: Change): Promise<void> {
    const before = await items.get(key, { consistent: true });
    const version = before && versionOf(HistoryItem.parse(before));
    await commitChange(runtime, { item: { ...key, entries: writes.length }, before: version }, writes, change);
  }

  return {
    async erase({ org, app, email }, changeOf) {
      const found = (await queryAll(items, partitionOf(org, email))).map(item => AdminsItem.parse(item));
      const writes = found.filter(({ admins }) => admins.some(admin => isPerson(admin, email))).map(without(email));
      const entries = writes.length;
      const change = changeOf(entries);
      const key = { pk: `D#${org}#erasures`, sk: app };
      for (; writes.length > writesAtOnce; writes.splice(0, writesAtOnce))
        await recordRound(key, writes.slice(0, writesAtOnce), { ...change, idempotencyRecord: undefined });
      await recordRound(key, writes, change);
      return entries;
    },
  };
});

function isPerson(admin: Admin, email: string): boolean {
  return emailName(admin.email) === emailName(email);
}

/**
 * Returns the write that removes a person from an item; the last person removes the item. Lists only shrink: their length is the version.
 */
function without(email: string): (item: AdminsItem) => Write {
  return ({ admins, people, ...item }) => {
    const others = admins.filter(admin => !isPerson(admin, email));
    const { pk, sk } = item;
    if (others.length === 0) return { remove: { pk, sk } };
    return {
      put: { ...item, admins: others, people: others.length },
      onlyIf: { expression: compare('people', '=', ':people'), values: { ':people': people } },
    };
  };
}
