import * as z from 'zod';
import { firstGap, sealBucket, sealText } from '../../../../../domain/audit/seal.ts';
import {
  isReadyToSeal,
  isSealedDespiteGaps,
  monthsUpTo,
  nextMonth,
} from '../../../../../domain/audit/seal-calendar.ts';
import type { TrailEvent } from '../../../../../domain/audit/trail-event.ts';
import { buckets, type OrgId } from '../../../../../domain/kernel/ids.ts';
import { minute, type Seconds } from '../../../../../domain/kernel/time.ts';
import { ErrorCollector } from '../../../background/error-collector.ts';
import { invoked } from '../../../background/invoked.ts';
import { orgsOf } from '../../../kernel/orgs.ts';
import type { Runtime } from '../../../kernel/runtime.ts';
import { ConflictError } from '../../../storage/conflict-error.ts';
import { countDeadLetters } from '../../../storage/stream-dead-letters.ts';
import { dynamoSweepProgress } from '../../../storage/sweep-progress.ts';
import { sha256 } from '../../audit-event.ts';
import type { Sealing } from '../../audit-seals.ts';
import { s3AuditSeals } from '../../audit-seals.ts';

/** Part of the five minutes of a scheduled function; the next run continues from there. */
const budgetSeconds = 4 * minute;

/** The first sealing looks for months with events this far back. */
const lookBackMonths = 12;

/**
 * Daily: seals past months, in order, bucket by bucket. Idempotent: the same events give the same bytes, and of two concurrent runs
 * one stops. @throws AggregateError when events are missing or a part failed, for the alarm
 */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new ErrorCollector();
  const until = runtime.now() + budgetSeconds;
  for (const org of orgsOf(runtime))
    await failures.attempt(async () => await sealMonths(runtime, org, until).catch(unlessStale));
  failures.throwIfAny();
});

function unlessStale(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}

async function sealMonths(runtime: Runtime, org: OrgId, until: Seconds): Promise<void> {
  let sealing = (await s3AuditSeals(runtime).find(org)) ?? (await begin(runtime, org));
  // An event has the time of its fact: until the sweep has passed the end of a month, events of it may still be written.
  const sweptUntil = await dynamoSweepProgress(runtime).until();
  while (isReadyToSeal(sealing.month, sweptUntil, runtime.now())) {
    await assertNoDeadLetters(runtime, sealing.month);
    const sealed = await sealBuckets(runtime, sealing, until);
    if (buckets.some(bucket => sealed.done[bucket] === undefined)) return;
    sealing = await sealMonth(runtime, sealed);
  }
}

/**
 * Throws while the dead-letter queue has records: an event may be among them. When it is the last one of its subject, or the only one
 * of the month, no gap shows that it is missing; redriven after the seal, it would look removed for ever.
 */
async function assertNoDeadLetters(runtime: Runtime, month: string): Promise<void> {
  const count = isSealedDespiteGaps(month, runtime.now()) ? 0 : await countDeadLetters(runtime);
  if (count > 0)
    throw new Error(`Not sealed: the dead-letter queue has ${count} records; events of ${month} may be among them.`);
}

/** Records the first month of the trail as the next one to seal. */
async function begin(runtime: Runtime, org: OrgId): Promise<Sealing> {
  const seals = s3AuditSeals(runtime);
  const [current = '', ...before] = monthsUpTo(runtime.now(), lookBackMonths);
  let first = current;
  for (const month of before) if (await seals.hasEvents(org, month)) first = month;
  return await seals.record({ org, month: first, done: {}, revision: 0 });
}

/** Seals each bucket without gaps; one with a gap waits for the missing event. @throws Error after the last bucket, when there was a gap */
async function sealBuckets(runtime: Runtime, from: Sealing, until: Seconds): Promise<Sealing> {
  const { org, month, done } = from;
  const missing: string[] = [];
  let sealing = from;
  for (const bucket of buckets.filter(one => done[one] === undefined)) {
    if (runtime.now() >= until) return sealing;
    const events = await s3AuditSeals(runtime).events(org, month, bucket);
    const gap = isSealedDespiteGaps(month, runtime.now()) ? undefined : firstGap(events);
    if (gap) missing.push(`${gap.subject} ${gap.seq}`);
    else sealing = await sealOne(runtime, sealing, bucket, events);
  }
  if (missing.length > 0) throw new Error(`Audit events are missing in ${month}: ${missing.join(', ')}`);
  return sealing;
}

async function sealOne(runtime: Runtime, sealing: Sealing, bucket: string, events: readonly TrailEvent[]) {
  const { org, month, done } = sealing;
  const seals = s3AuditSeals(runtime);
  const { sealed, trail, hashes } = sealBucket(events, sha256);
  if (sealed.events > 0) {
    await seals.put(org, month, `${bucket}.jsonl`, trail);
    await seals.put(org, month, `${bucket}.hashes`, hashes);
  }
  return await seals.record({ ...sealing, done: { ...done, [bucket]: sealed } });
}

async function sealMonth(runtime: Runtime, sealing: Sealing): Promise<Sealing> {
  const { org, month, previous = null, done } = sealing;
  const text = sealText({ version: 1, org, month, previous, buckets: { ...done } });
  await s3AuditSeals(runtime).put(org, month, 'seal.json', text);
  return await s3AuditSeals(runtime).record({ ...sealing, month: nextMonth(month), previous: sha256(text), done: {} });
}
