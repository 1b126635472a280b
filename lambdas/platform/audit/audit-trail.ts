import { TrailEvent } from '../../../domain/audit/trail-event.ts';
import { bucketOf, buckets, OrgId, type Subject } from '../../../domain/kernel/ids.ts';
import { monthOf } from '../../../domain/kernel/time.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type BucketPlace, pageOverBuckets } from '../storage/bucket-page.ts';
import { absent } from '../storage/condition-expression.ts';
import { cursorFrom, cursorTo } from '../storage/page-cursor.ts';
import { PoisonRecordError } from '../storage/poison-record.ts';
import { ConditionFailedError, table } from '../storage/table.ts';
import type { EmbeddedAuditEvent } from './audit-event.ts';
import type { Audited } from './audited-item.ts';

export interface AuditTrail {
  page(query: {
    org: OrgId;
    month: string;
    subject?: Subject | undefined;
    after?: string | undefined;
    limit: number;
  }): Promise<{ events: readonly TrailEvent[]; next?: string }>;
}

const seqDigits = 10;

export const dynamoAuditTrail = perRuntime(
  (runtime: Runtime): AuditTrail => ({
    async page({ org, month, subject, after, limit }) {
      const from = after === undefined ? undefined : cursorFrom(after, isEventOf(subject));
      const list = {
        buckets: subject ? [bucketOf(subject)] : buckets,
        partitionOf: (bucket: string) => auditPartition(org, bucket, month),
        prefix: subject && `${subject}#`,
      };
      const { items, next } = await pageOverBuckets(table(runtime), list, from, limit);
      return { events: items.map(item => TrailEvent.parse(item)), ...(next && { next: cursorTo(next) }) };
    },
  }),
);

function isEventOf(subject: Subject | undefined): (place: BucketPlace) => boolean {
  return ({ bucket, sk }) =>
    buckets.includes(bucket) &&
    /^[a-z-]+:[A-Za-z0-9._:/-]{1,150}#\d{10}$/.test(sk) &&
    (subject === undefined || sk.startsWith(`${subject}#`));
}

/**
 * Writes an embedded event as an item of its own. Idempotent, since streams deliver at least once.
 * @throws PoisonRecordError when another event has its number: one of the two is forged
 */
export async function writeAuditEvent(
  runtime: Runtime,
  { subject, details }: Audited,
  { seq, event }: EmbeddedAuditEvent,
): Promise<void> {
  const pk = auditPartition(orgOfSubject(subject), bucketOf(subject), monthOf(event.at));
  const sk = `${subject}#${String(seq).padStart(seqDigits, '0')}`;
  try {
    await table(runtime).commit([
      { put: { pk, sk, subject, seq, details, ...event }, onlyIf: { expression: absent('pk') } },
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    if (error.existingItem.hash !== event.hash)
      throw new PoisonRecordError('another event is stored under its subject and number');
  }
}

/** Returns the partition of the events of a month, by the bucket of their subject. */
export function auditPartition(org: OrgId, bucket: string, month: string): string {
  return `A#${org}#${bucket}#${month}`;
}

/** Returns the Org of a subject, which follows its kind: `site:hub-…`, `application:hub/…`, `enterprise-key:hub-…`. */
function orgOfSubject(subject: Subject): OrgId {
  return OrgId.parse(subject.slice(subject.indexOf(':') + 1).split(/[/-]/)[0]);
}
