import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Admin, ManifestCounts } from '../../../domain/billing/manifest.ts';
import { ManifestBody } from '../../../domain/billing/manifest.ts';
import type { StoredAdmin } from '../../../domain/billing/person.ts';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import { AppId, OrgId } from '../../../domain/kernel/ids.ts';
import { quarterClosed, statementStates } from '../../../domain/kernel/quarter.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import { Quarter } from '../../../domain/kernel/time.ts';
import type { Version } from '../../../domain/kernel/version.ts';
import { getObject, type ObjectKey, putObject } from '../../platform/aws/objects.ts';
import type { Change } from '../../platform/changes/change.ts';
import { commitChange } from '../../platform/changes/commit-change.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { absent, anyOf, compare } from '../../platform/storage/condition-expression.ts';
import { HistoryItem, versionOf } from '../../platform/storage/item-version.ts';
import { queryAll } from '../../platform/storage/query-all.ts';
import { type Item, type Key, table, type Write } from '../../platform/storage/table.ts';
import { adminWrites, commitmentOf, saltedAdmins } from './admins.ts';

export interface RecordedManifest {
  readonly org: OrgId;
  readonly quarter: Quarter;
  readonly app: AppId;
  /** 1, 2, 3 …: a later push replaces the former, whose body is kept */
  readonly revision: number;
  readonly receivedAt: Seconds;
  /** of the body as it is kept, base64url */
  readonly sha256: string;
  readonly version?: Version | undefined;
}

export interface Manifests {
  /** the latest of every application that has pushed one, in order of application */
  ofQuarter(org: OrgId, quarter: Quarter): Promise<readonly RecordedManifest[]>;
  find(org: OrgId, quarter: Quarter, app: AppId): Promise<RecordedManifest | undefined>;
  /** any revision that was ever recorded; its bytes fit the recorded digest */
  read(org: OrgId, quarter: Quarter, app: AppId, revision: number): Promise<ManifestBody>;
}

/** A manifest that an application has submitted. */
export interface PushedManifest {
  readonly org: OrgId;
  readonly quarter: Quarter;
  readonly app: AppId;
  readonly revision: number;
  readonly counts: ManifestCounts;
  readonly admins: readonly Admin[];
}

/** A manifest whose body is stored under a unique key, but that is not recorded yet. */
export interface StoredManifest extends Omit<PushedManifest, 'admins'> {
  readonly sha256: string;
  /** key of the body's object */
  readonly object: string;
  readonly admins: readonly StoredAdmin[];
}

/** Manifests as submit-manifest writes them. */
export interface ManifestStore extends Manifests {
  /** number of manifests recorded for the quarter, of all applications: the optimistic lock of a statement */
  pushes(org: OrgId, quarter: Quarter): Promise<number>;
  /** @throws quarter-closed */
  assertOpen(org: OrgId, quarter: Quarter): Promise<void>;
  /** stores the body, with commitments instead of the admins */
  keep(manifest: PushedManifest): Promise<StoredManifest>;
  /** @throws ConflictError; RepeatedRequestError; quarter-closed when a statement was recorded first */
  record(before: RecordedManifest | undefined, after: StoredManifest, change: Change): Promise<void>;
}

const ManifestItem = HistoryItem.extend({
  org: OrgId,
  quarter: Quarter,
  app: AppId,
  revision: z.int(),
  receivedAt: z.int(),
  sha256: z.string(),
});

/** The body of one revision: its object and its digest. */
const BodyItem = z.object({ object: z.string(), sha256: z.string() });

/** The part of a recorded statement that closes its quarter to manifests. */
const StatementItem = z.object({ state: z.enum(statementStates) });

export const dynamoManifests = perRuntime((runtime: Runtime): ManifestStore => {
  const items = table(runtime);
  return {
    async ofQuarter(org, quarter) {
      return (await queryAll(items, partition(org, quarter), 'M#')).map(toRecorded);
    },
    async find(org, quarter, app) {
      const item = await items.get(manifestKey(org, quarter, app), { consistent: true });
      return item && toRecorded(item);
    },
    async read(org, quarter, app, revision) {
      const item = await items.get(bodyKey(org, quarter, app, revision), { consistent: true });
      const { object, sha256 } = BodyItem.parse(item);
      const text = await getObject(runtime, manifestsObject(object));
      if (text === undefined || digestOf(text) !== sha256)
        throw new Error('The stored manifest differs from its recorded digest.');
      return ManifestBody.parse(JSON.parse(text));
    },
    async pushes(org, quarter) {
      const item = await items.get(pushesKey(org, quarter), { consistent: true });
      return Number(item?.pushes ?? 0);
    },
    async assertOpen(org, quarter) {
      const item = await items.get(statementKey(org, quarter), { consistent: true });
      if (item && StatementItem.parse(item).state === 'stated') throw quarterClosed(quarter);
    },
    async keep(manifest) {
      const { org, quarter, app, revision, counts, admins } = manifest;
      const salted = saltedAdmins(admins, runtime);
      const adminCommitments = salted.map(commitmentOf).sort();
      // Parsed, so that no other field, such as a name, is stored.
      const body = canonicalJson(ManifestBody.parse({ ...counts, adminCommitments }));
      const sha256 = digestOf(body);
      // Two pushes at once are two objects: the one that is recorded is never overwritten by the other.
      const object = `${org}/${quarter}/${app}/${revision}-${sha256}.json`;
      await putObject(runtime, manifestsObject(object), body, 'application/json');
      return { ...manifest, sha256, object, admins: salted };
    },
    async record(before, after, change) {
      const { org, quarter, app, revision, sha256, object, admins } = after;
      const item = { ...manifestKey(org, quarter, app), org, quarter, app, revision, sha256, receivedAt: change.at };
      const others: Write[] = [
        { put: { ...bodyKey(org, quarter, app, revision), object, sha256 } },
        { update: pushesKey(org, quarter), expression: 'ADD pushes :one', values: { ':one': 1 } },
        stillOpen(org, quarter),
        ...adminWrites({ org, quarter, app, revision, admins }),
      ];
      await commitChange(runtime, { item, before: before?.version }, others, change);
    },
  };
});

function partition(org: OrgId, quarter: Quarter): string {
  return `Q#${org}#${quarter}`;
}

function manifestKey(org: OrgId, quarter: Quarter, app: AppId): Key {
  return { pk: partition(org, quarter), sk: `M#${app}` };
}

function bodyKey(org: OrgId, quarter: Quarter, app: AppId, revision: number): Key {
  return { pk: partition(org, quarter), sk: `B#${app}#${revision}` };
}

function pushesKey(org: OrgId, quarter: Quarter): Key {
  return { pk: partition(org, quarter), sk: 'PUSHES' };
}

/** Returns the key of a quarter's statement, which closes the quarter to manifests. */
export function statementKey(org: OrgId, quarter: Quarter): Key {
  return { pk: partition(org, quarter), sk: 'T' };
}

/** Returns the check that refuses a manifest when a statement was recorded meanwhile. */
function stillOpen(org: OrgId, quarter: Quarter): Write {
  return {
    check: statementKey(org, quarter),
    names: { '#state': 'state' },
    onlyIf: {
      expression: anyOf(absent('pk'), compare('#state', '<>', ':stated')),
      values: { ':stated': 'stated' },
      otherwise: quarterClosed(quarter),
    },
  };
}

/** Returns the check that fails a statement as a conflict when a manifest was recorded after `pushes` were counted. */
export function noFurtherPush(org: OrgId, quarter: Quarter, pushes: number): Write {
  return {
    check: pushesKey(org, quarter),
    onlyIf:
      pushes === 0
        ? { expression: absent('pk') }
        : { expression: compare('pushes', '=', ':pushes'), values: { ':pushes': pushes } },
  };
}

function toRecorded(item: Item): RecordedManifest {
  const { seq, event, ...recorded } = ManifestItem.parse(item);
  return { ...recorded, version: versionOf({ seq, event }) };
}

function manifestsObject(place: string): ObjectKey {
  return `manifests/${place}`;
}

/** Returns SHA-256, base64url. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
