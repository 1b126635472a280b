import * as z from 'zod';
import type { SealedBucket } from '../../../domain/audit/seal.ts';
import { TrailEvent } from '../../../domain/audit/trail-event.ts';
import { buckets, type OrgId } from '../../../domain/kernel/ids.ts';
import { putObject } from '../aws/objects.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { absent, compare } from '../storage/condition-expression.ts';
import { ConflictError } from '../storage/conflict-error.ts';
import { queryAll } from '../storage/query-all.ts';
import { ConditionFailedError, type Key, table } from '../storage/table.ts';
import { auditPartition } from './audit-trail.ts';

/** Progress of the sealing of an Org's audit trail. */
export interface Sealing {
  readonly org: OrgId;
  /** the month that is sealed next */
  readonly month: string;
  /** digest of the seal before; undefined before the first */
  readonly previous?: string | undefined;
  /** buckets of this month whose files are written */
  readonly done: Readonly<Record<string, SealedBucket>>;
  /** how often it was recorded; a record builds on the one that was read */
  readonly revision: number;
}

export interface AuditSeals {
  find(org: OrgId): Promise<Sealing | undefined>;
  /** @throws ConflictError when another run recorded first */
  record(sealing: Sealing): Promise<Sealing>;
  hasEvents(org: OrgId, month: string): Promise<boolean>;
  /** all of one bucket, by subject and number */
  events(org: OrgId, month: string, bucket: string): Promise<readonly TrailEvent[]>;
  /** writes `audit/<org>/<month>/<name>` */
  put(org: OrgId, month: string, name: string, text: string): Promise<void>;
}

const SealingItem = z.object({
  month: z.string(),
  previous: z.string().optional(),
  done: z.record(z.string(), z.object({ events: z.int(), trail: z.string(), hashes: z.string() })),
  revision: z.int(),
});

export const s3AuditSeals = perRuntime((runtime: Runtime): AuditSeals => {
  const items = table(runtime);
  return {
    async find(org) {
      const item = await items.get(keyOf(org), { consistent: true });
      return item && { org, ...SealingItem.parse(item) };
    },
    async record({ org, month, previous, done, revision }) {
      const put = { ...keyOf(org), month, previous, done, revision: revision + 1 };
      const onlyIf = {
        expression: revision === 0 ? absent('pk') : compare('revision', '=', ':revision'),
        ...(revision > 0 && { values: { ':revision': revision } }),
      };
      try {
        await items.commit([{ put, onlyIf }]);
      } catch (error) {
        throw error instanceof ConditionFailedError ? new ConflictError() : error;
      }
      return { org, month, previous, done, revision: revision + 1 };
    },
    async hasEvents(org, month) {
      const first = buckets.map(
        async bucket => await items.query({ pk: auditPartition(org, bucket, month), limit: 1 }),
      );
      return (await Promise.all(first)).some(page => page.items.length > 0);
    },
    async events(org, month, bucket) {
      return (await queryAll(items, auditPartition(org, bucket, month))).map(item => TrailEvent.parse(item));
    },
    async put(org, month, name, text) {
      await putObject(runtime, `audit/${org}/${month}/${name}`, text, 'text/plain; charset=utf-8');
    },
  };
});

function keyOf(org: OrgId): Key {
  return { pk: `W#${org}`, sk: 'seal-audit' };
}
