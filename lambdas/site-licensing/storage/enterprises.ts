import * as z from 'zod';
import { AppId, EnterpriseId, type OrgId, orgOf, subjectOf } from '../../../domain/kernel/ids.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { day } from '../../../domain/kernel/time.ts';
import {
  type Enterprise,
  type EnterpriseKey,
  type RetiredKey,
  rotationReasons,
} from '../../../domain/site-licensing/enterprise.ts';
import type { EnterpriseLink } from '../../../domain/trust/links.ts';
import type { Change } from '../../platform/changes/change.ts';
import { commitChange } from '../../platform/changes/commit-change.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { createTimedCache } from '../../platform/kernel/timed-cache.ts';
import { absent, allOf, anyOf, compare } from '../../platform/storage/condition-expression.ts';
import { expiryIndexKey } from '../../platform/storage/expiry-index.ts';
import { HistoryItem, versionOf } from '../../platform/storage/item-version.ts';
import { type Item, type Key, type Table, table, type Write } from '../../platform/storage/table.ts';
import { enterpriseKeyWrites } from './counters.ts';
import { fromKeyItem, KeyItem, toKeyItem } from './key-item.ts';

export interface Enterprises {
  /** At most 60 s old: for the link and the KMS key, which change rarely. */
  find(id: EnterpriseId): Promise<Enterprise | undefined>;
  findNow(id: EnterpriseId): Promise<Enterprise | undefined>;
  /** Removes the enterprise from the cache. */
  forget(id: EnterpriseId): void;
  /** From the Org's deny list, at most 30 s old. */
  isSuspended(id: EnterpriseId): Promise<boolean>;
  page(
    org: OrgId,
    after: EnterpriseId | undefined,
    limit: number,
  ): Promise<{ ids: readonly EnterpriseId[]; more: boolean }>;
  reserve(enterprise: Enterprise, cap: number | undefined, change: Change): Promise<void>;
  /** also its link, beside the old ones, and its place on the deny list */
  record(before: Enterprise, after: Enterprise, change: Change): Promise<void>;
  key(id: EnterpriseId, app: AppId): Promise<EnterpriseKey | undefined>;
  recordKey(before: EnterpriseKey | undefined, after: EnterpriseKey, change: Change): Promise<void>;
  /** The link that a recorded key was issued under. */
  link(id: EnterpriseId, link: string): Promise<EnterpriseLink>;
}

const cacheSeconds = 60;
/** Lifetime of the cached deny list: with it, a suspension is effective in every check within 60 s (docs/rules.md 8). */
const denyListSeconds = 30;
const linkSeconds = day;

const LinkItem = z.object({
  id: z.string(),
  kid: z.string(),
  chain: z.string(),
  exp: z.int(),
  phase: z.int().optional(),
});

const RetiredItem = z.object({ gen: z.int().positive(), kid: z.string(), exp: z.int(), why: z.enum(rotationReasons) });

const EnterpriseItem = HistoryItem.extend({
  pk: z.string().transform(pk => EnterpriseId.parse(pk.slice(2))),
  status: z.enum(['creating', 'live', 'suspended']),
  by: AppId,
  at: z.int(),
  gen: z.int().positive().default(1),
  kms: z.string().optional(),
  link: LinkItem.optional(),
  old: RetiredItem.optional(),
  users: z.int(),
});

const EnterpriseKeyItem = HistoryItem.extend({
  pk: z.string().transform(pk => EnterpriseId.parse(pk.slice(2))),
  sk: z.string().transform(sk => AppId.parse(sk.slice(2))),
  key: KeyItem,
});

export const dynamoEnterprises = perRuntime((runtime: Runtime): Enterprises => {
  const items = table(runtime);
  const recent = createTimedCache<Enterprise | undefined>(runtime, cacheSeconds);
  const denied = createTimedCache<ReadonlySet<unknown>>(runtime, denyListSeconds);
  const links = createTimedCache<EnterpriseLink>(runtime, linkSeconds);
  const findNow = async (id: EnterpriseId) => {
    const item = await items.get(enterpriseKey(id), { consistent: true });
    return item && toEnterprise(item);
  };
  return {
    findNow,
    find: async id => await recent.get(id, async () => await findNow(id)),
    forget: id => recent.forget(id),
    async isSuspended(id) {
      const org = orgOf(id);
      return (await denied.get(org, async () => await denyList(items, org))).has(id);
    },
    async page(org, after, limit) {
      const page = await items.query({ pk: `O#${org}`, prefix: 'E#', after: after && `E#${after}`, limit });
      return { ids: page.items.map(item => EnterpriseId.parse(String(item.sk).slice(2))), more: page.more };
    },
    async reserve(enterprise, cap, change) {
      const listed: Write = {
        put: { pk: `O#${enterprise.org}`, sk: `E#${enterprise.id}` },
        onlyIf: { expression: absent('pk') },
      };
      const counted = cap === undefined ? [] : [countCreated(enterprise, cap)];
      await commitChange(runtime, { item: toItem(enterprise), before: undefined }, [listed, ...counted], change);
    },
    async record(before, after, change) {
      const others = [...linkWrites(before, after), ...denyListWrites(before, after)];
      await commitChange(runtime, { item: toItem(after), before: before.version }, others, change);
      recent.forget(after.id);
      denied.forget(after.org);
    },
    async key(id, app) {
      const item = await items.get({ pk: `E#${id}`, sk: `K#${app}` }, { consistent: true });
      return item && toEnterpriseKey(item);
    },
    async recordKey(before, after, change) {
      const counted = before ? [] : enterpriseKeyWrites(after, change.at);
      await commitChange(runtime, { item: toKeyHolderItem(after), before: before?.version }, counted, change);
    },
    async link(id, link) {
      return await links.get(`${id} ${link}`, async () => {
        const key = { pk: `E#${id}`, sk: `L#${link}` };
        // A link never changes, so any copy of it will do; only one that was made a moment ago may not be everywhere yet.
        const item = (await items.get(key, { consistent: false })) ?? (await items.get(key, { consistent: true }));
        return fromLinkItem(LinkItem.parse(item));
      });
    },
  };
});

export function enterpriseKey(id: EnterpriseId): Key {
  return { pk: `E#${id}`, sk: '#' };
}

function toEnterprise(item: Item): Enterprise {
  const {
    pk: id,
    status,
    by: createdBy,
    at: createdAt,
    gen: generation,
    kms: kmsKey,
    link,
    old,
    users,
    ...history
  } = EnterpriseItem.parse(item);
  const limits = { configurationUsers: users };
  return {
    id,
    org: orgOf(id),
    status,
    createdBy,
    createdAt,
    generation,
    kmsKey,
    link: link && fromLinkItem(link),
    previousKey: old && { generation: old.gen, kid: old.kid, expiresAt: old.exp, reason: old.why },
    limits,
    version: versionOf(history),
  };
}

function toItem(enterprise: Enterprise): Item & Key {
  const {
    id,
    status,
    createdBy: by,
    createdAt: at,
    generation: gen,
    kmsKey: kms,
    link,
    previousKey,
    limits,
  } = enterprise;
  return {
    ...enterpriseKey(id),
    status,
    by,
    at,
    gen,
    kms,
    link: link && toLinkItem(link),
    old: previousKey && toRetiredItem(previousKey),
    users: limits.configurationUsers,
    // The link of a suspended enterprise expires on purpose: no expiry alert.
    ...(link && status === 'live' && expiryIndexKey(subjectOf.enterprise(id), link.expiresAt)),
  };
}

function fromLinkItem({ exp: expiresAt, phase: lastNotified, ...link }: z.infer<typeof LinkItem>): EnterpriseLink {
  return { ...link, expiresAt, lastNotified };
}

function toLinkItem({ expiresAt: exp, lastNotified: phase, ...link }: EnterpriseLink): z.infer<typeof LinkItem> {
  return { ...link, exp, phase };
}

function toRetiredItem({ generation: gen, kid, expiresAt: exp, reason: why }: RetiredKey): z.infer<typeof RetiredItem> {
  return { gen, kid, exp, why };
}

function toEnterpriseKey(item: Item): EnterpriseKey {
  const { pk: enterprise, sk: app, key, ...history } = EnterpriseKeyItem.parse(item);
  return { enterprise, app, key: fromKeyItem(key), version: versionOf(history) };
}

function toKeyHolderItem({ enterprise, app, key }: EnterpriseKey): Item & Key {
  const subject = subjectOf.enterpriseKey(enterprise, app);
  return {
    pk: `E#${enterprise}`,
    sk: `K#${app}`,
    key: toKeyItem(key),
    ...expiryIndexKey(subject, key.expiresAt),
  };
}

/** Returns the write of a new link. Old links stay, since valid keys still contain them. */
function linkWrites(before: Enterprise, { id, link }: Enterprise): Write[] {
  if (!link || link.id === before.link?.id) return [];
  return [{ put: { pk: `E#${id}`, sk: `L#${link.id}`, ...toLinkItem(link) } }];
}

export function denyListKey(org: OrgId): Key {
  return { pk: `O#${org}`, sk: 'DENY' };
}

async function denyList(items: Table, org: OrgId): Promise<ReadonlySet<unknown>> {
  const item = await items.get(denyListKey(org), { consistent: true });
  return item?.suspended instanceof Set ? item.suspended : new Set();
}

function denyListWrites(before: Enterprise, after: Enterprise): Write[] {
  if (before.status === after.status || before.status === 'creating') return [];
  const verb = after.status === 'suspended' ? 'ADD' : 'DELETE';
  return [
    {
      update: denyListKey(after.org),
      expression: `${verb} suspended :id`,
      values: { ':id': new Set([after.id]) },
    },
  ];
}

function countCreated({ org, createdBy }: Enterprise, cap: number): Write {
  return {
    update: { pk: `P#${org}#${createdBy}`, sk: 'CREATED' },
    expression: 'ADD enterprises :one',
    values: { ':one': 1, ':cap': cap },
    onlyIf: {
      expression: anyOf(
        allOf(absent('enterprises'), compare(':cap', '>', ':zero')),
        compare('enterprises', '<', ':cap'),
      ),
      values: { ':zero': 0 },
      otherwise: new Refusal(
        'enterprise-cap-reached',
        `The application has reached its limit of enterprises: ${cap}. Ask the vendor for a higher one.`,
      ),
    },
  };
}
