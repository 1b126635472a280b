import { createHash } from 'node:crypto';
import type { MonthCopy } from '../../../domain/audit/read-seals.ts';
import { sealBucket, sealText } from '../../../domain/audit/seal.ts';
import { hashedText, type TrailEvent } from '../../../domain/audit/trail-event.ts';
import { bucketOf, buckets, OrgId, Subject } from '../../../domain/kernel/ids.ts';
import { monthOf } from '../../../domain/kernel/time.ts';
import type { SeededRandom } from '../../support/seeded.ts';

export const org = OrgId.parse('hub');

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

export function hashed(event: Omit<TrailEvent, 'hash'>): TrailEvent {
  return { ...event, hash: sha256(hashedText(event)) };
}

/** Histories of many subjects over some months: each event goes on from a subject's last one. @returns them in order of time */
export function someHistory(
  random: SeededRandom,
  months: readonly string[],
  count: number,
  subjects: number,
): TrailEvent[] {
  const heads = new Map<string, TrailEvent>();
  const names = Array.from({ length: subjects }, (_, i) => Subject.parse(`site:hub-${String(i).padStart(5, 'a')}`));
  return Array.from({ length: count }, (_, i) => {
    const month = months[Math.floor((i * months.length) / count)] ?? '';
    const subject = random.pick(names);
    const head = heads.get(subject);
    const event = hashed({
      subject,
      seq: (head?.seq ?? 0) + 1,
      at: Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)) - 1, 2) / 1000 + i,
      actor: `application:hub/${random.pick(['hwf', 'boost'])}`,
      action: random.pick(['refresh-key', 'update-site', 'reissue-key']),
      requestId: `request-${i}`,
      details: { ref: `R-${i}`, status: 'live', 'key.g': i },
      previous: head?.hash,
    });
    heads.set(subject, event);
    return event;
  });
}

/** As the table keeps the events of a month, and the trail lists them. */
export function inTableOrder(events: readonly TrailEvent[]): TrailEvent[] {
  const keyOf = ({ subject, seq }: TrailEvent) => `${subject}#${String(seq).padStart(10, '0')}`;
  return [...events].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The files of a sealed trail: `<month>/<name>` → text. */
export type Files = ReadonlyMap<string, string>;

/** Seals a history as the schedule does. @param previous the digest of the seal before the first of these months */
export function sealedFiles(history: readonly TrailEvent[], months: readonly string[]): Files {
  const files = new Map<string, string>();
  let previous: string | null = null;
  for (const month of months) {
    const events = history.filter(({ at }) => monthOf(at) === month);
    const sealed = buckets.map(bucket => {
      const mine = events.filter(({ subject }) => bucketOf(subject) === bucket);
      const written = sealBucket(inTableOrder(mine), sha256);
      if (mine.length > 0) {
        files.set(`${month}/${bucket}.jsonl`, written.trail);
        files.set(`${month}/${bucket}.hashes`, written.hashes);
      }
      return [bucket, written.sealed] as const;
    });
    const text = sealText({ version: 1, org, month, previous, buckets: Object.fromEntries(sealed) });
    files.set(`${month}/seal.json`, text);
    previous = sha256(text);
  }
  return files;
}

export function monthCopies(files: Files): MonthCopy[] {
  const months = new Set([...files.keys()].map(path => path.split('/')[0] ?? ''));
  return [...months].map(month => ({ month, read: name => files.get(`${month}/${name}`) }));
}
