import { buckets, type OrgId } from '../kernel/ids.ts';
import { monthOf } from '../kernel/time.ts';
import { type MonthCopy, type NotedSeal, readSeals, type SealedMonth } from './read-seals.ts';
import type { SealedBucket } from './seal.ts';
import { nextMonth } from './seal-calendar.ts';
import { SubjectChains } from './subject-chains.ts';
import type { Sha256, TrailEvent } from './trail-event.ts';
import type { TrailFault } from './trail-fault.ts';
import { verifyBucket } from './verify-bucket.ts';

export interface Trail {
  /** sealed months, in any order */
  readonly months: readonly MonthCopy[];
  /** events of later months, as list-audit-events returns them, in order */
  readonly open?: readonly TrailEvent[];
  readonly noted?: NotedSeal | undefined;
}

export interface Intact {
  readonly org: OrgId;
  readonly months: number;
  readonly events: number;
  readonly openEvents: number;
  readonly subjects: number;
  /** to be noted for the next time */
  readonly lastSeal: NotedSeal;
}

/**
 * Verifies a copy of an Org's audit trail: seals, files, and the chain of every subject through all months and the open events.
 * A copy alone cannot reveal two changes. All files and all seals were rewritten: a noted seal shows it. The end of a subject's chain was
 * rewritten since the last seal: the subject's next event shows it.
 * @returns the first fault, or the counts of the intact trail
 */
export function verifyTrail({ months, open = [], noted }: Trail, sha256: Sha256): { fault: TrailFault } | Intact {
  const sealed = readSeals(months, noted, sha256);
  const chains = new SubjectChains(sha256);
  let events = 0;
  for (const month of sealed) {
    const found = verifyMonth(month, chains, sha256);
    if (typeof found !== 'number') return { fault: found };
    events += found;
  }
  const last = sealed.at(-1);
  if (!last?.seal) return { fault: { what: 'seal-missing', month: noted?.month ?? 'any month' } };
  if (noted && noted.month > last.month) return { fault: { what: 'months-cut', month: nextMonth(last.month) } };
  const fault = firstOf(open, event => chains.add(event, monthOf(event.at))) ?? chains.gap();
  if (fault) return { fault };
  const lastSeal = { month: last.month, sha256: last.digest };
  const counts = { months: sealed.length, events, openEvents: open.length, subjects: chains.subjects };
  return { org: last.seal.org, ...counts, lastSeal };
}

/** @returns how many events it holds */
function verifyMonth({ month, copy, seal, fault }: SealedMonth, chains: SubjectChains, sha256: Sha256) {
  if (fault || !seal) return fault ?? { what: 'seal-missing' as const, month };
  let events = 0;
  for (const bucket of buckets) {
    const files = { trail: copy.read(`${bucket}.jsonl`), hashes: copy.read(`${bucket}.hashes`) };
    const found = verifyBucket(files, seal.buckets[bucket] ?? nothing, sha256);
    if ('fault' in found) return { month, bucket, ...found.fault };
    const broken = firstOf(found.events, event => chains.add(event, month, bucket));
    if (broken) return broken;
    events += found.events.length;
  }
  return chains.gap(month) ?? events;
}

const nothing: SealedBucket = { events: 0, trail: '', hashes: '' };

function firstOf<T, R>(items: readonly T[], check: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = check(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
