import * as z from 'zod';
import { TrailEvent } from '../../domain/audit/trail-event.ts';
import { decodeBase64url, encodeBase64url } from '../../domain/chain/base64url.ts';
import { bucketOf, buckets, OrgId, type Subject } from '../../domain/ids.ts';
import { Refusal } from '../../domain/refusal.ts';
import { monthOf } from '../../domain/time.ts';
import type { AuditTrail } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { RidingEvent } from './audit-event.ts';
import type { Audited } from './audited.ts';
import { type BucketPlace, pageOverBuckets } from './bucket-page.ts';
import { perRuntime } from './per-runtime.ts';
import { ConditionFailed, table } from './table.ts';

const seqDigits = 10;

export const dynamoAuditTrail = perRuntime(
  (runtime: Runtime): AuditTrail => ({
    async page({ org, month, subject, after, limit }) {
      const from = after === undefined ? undefined : cursorFrom(after, subject);
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

const Cursor = z.tuple([z.string().length(1), z.string().regex(/^[a-z-]+:[A-Za-z0-9._:/-]{1,150}#\d{10}$/)]);

function cursorTo({ bucket, sk }: BucketPlace): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify([bucket, sk])));
}

/**
 * A forged cursor reaches nothing but another place of the same month of the caller's own Org. One of another list is refused here:
 * DynamoDB would refuse a start outside the range of its query.
 */
function cursorFrom(text: string, subject: Subject | undefined): BucketPlace {
  try {
    const [bucket, sk] = Cursor.parse(JSON.parse(new TextDecoder().decode(decodeBase64url(text))));
    if (subject && !sk.startsWith(`${subject}#`)) throw new RangeError('a cursor of another subject');
    return { bucket, sk };
  } catch {
    throw new Refusal('invalid-request', 'This page does not exist.', [
      { pointer: '#/query/after', detail: 'is not the `next` of a page' },
    ]);
  }
}

/** Puts an event that rode in an item as an item of its own. Streams deliver at least once: the same event again changes nothing. */
export async function writeAuditEvent(
  runtime: Runtime,
  { subject, details }: Audited,
  { seq, event }: RidingEvent,
): Promise<void> {
  const pk = auditPartition(orgOfSubject(subject), bucketOf(subject), monthOf(event.at));
  const sk = `${subject}#${String(seq).padStart(seqDigits, '0')}`;
  try {
    await table(runtime).commit([
      { put: { pk, sk, subject, seq, details, ...event }, onlyIf: { expression: 'attribute_not_exists(pk)' } },
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailed && error.standing.hash === event.hash)) throw error;
  }
}

/** Where the events of a month lie, by the bucket of their subject. */
export function auditPartition(org: OrgId, bucket: string, month: string): string {
  return `A#${org}#${bucket}#${month}`;
}

/** Every subject begins with its Org: `site:hub-…`, `application:hub/…`. */
function orgOfSubject(subject: Subject): OrgId {
  return OrgId.parse(subject.split(/[:/-]/).at(subject.startsWith('enterprise-key:') ? 2 : 1));
}
