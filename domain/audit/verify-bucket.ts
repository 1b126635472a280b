import { linesIn, type SealedBucket, type SealedHash, sealedHashes } from './seal.ts';
import { eventIn, hashedText, type Sha256, type TrailEvent } from './trail-event.ts';
import type { EventPlace, FaultKind } from './trail-fault.ts';

export interface BucketFault extends EventPlace {
  readonly what: FaultKind;
}

/** The files of one bucket of one month in a copy. */
export interface BucketCopy {
  readonly trail: string | undefined;
  readonly hashes: string | undefined;
}

/** Compares the files of a bucket with its seal. @returns the first fault, or its events in order */
export function verifyBucket(
  { trail, hashes }: BucketCopy,
  sealed: SealedBucket,
  sha256: Sha256,
): { fault: BucketFault } | { events: readonly TrailEvent[] } {
  if (sealed.events === 0) {
    return trail === undefined && hashes === undefined ? { events: [] } : { fault: { what: 'file-inserted' } };
  }
  if (trail === undefined || hashes === undefined) return { fault: { what: 'file-missing' } };
  if (sha256(hashes) !== sealed.hashes) return { fault: { what: 'hashes-replaced' } };
  const found = linesIn(trail).map(eventIn);
  if (sha256(trail) !== sealed.trail)
    return { fault: firstDifference(found, sealedHashes(hashes), sha256) ?? { what: 'file-changed' } };
  return { events: found.filter(event => event !== undefined) };
}

/** @param found undefined for a line that is no event */
function firstDifference(
  found: readonly (TrailEvent | undefined)[],
  sealed: readonly SealedHash[],
  sha256: Sha256,
): BucketFault | undefined {
  for (let i = 0; i < Math.max(found.length, sealed.length); i++) {
    const [event, expected] = [found[i], sealed[i]];
    if (!event || !expected || nameOf(event) !== nameOf(expected)) return unlike(found, sealed, i);
    if (event.hash !== expected.hash || sha256(hashedText(event)) !== event.hash)
      return { what: 'event-changed', ...placeOf(expected) };
  }
  return undefined;
}

/** Classifies a line that has another event than the sealed one. */
function unlike(found: readonly (TrailEvent | undefined)[], sealed: readonly SealedHash[], index: number): BucketFault {
  const [event, expected] = [found[index], sealed[index]];
  if (!expected) return { what: 'event-inserted', ...(event && placeOf(event)) };
  const isSealed = event !== undefined && sealed.some(other => nameOf(other) === nameOf(event));
  const comesLater = found.some(other => other !== undefined && nameOf(other) === nameOf(expected));
  if (!comesLater && !isSealed && index < found.length) return { what: 'event-changed', ...placeOf(expected) };
  if (!comesLater) return { what: lossOf(expected, found), ...placeOf(expected) };
  if (!event) return { what: 'event-inserted', ...placeOf(expected) };
  const isCopy = found.slice(0, index).some(other => other !== undefined && nameOf(other) === nameOf(event));
  return isSealed && !isCopy
    ? { what: 'event-moved', ...placeOf(expected) }
    : { what: 'event-inserted', ...placeOf(event) };
}

function lossOf({ subject, seq }: SealedHash, found: readonly (TrailEvent | undefined)[]): FaultKind {
  const others = found.filter(event => event?.subject === subject);
  if (others.length === 0) return 'subject-removed';
  return others.some(event => event !== undefined && event.seq > seq) ? 'event-removed' : 'tail-cut';
}

function nameOf({ subject, seq }: Pick<SealedHash, 'subject' | 'seq'>): string {
  return `${subject} ${seq}`;
}

function placeOf({ subject, seq }: Pick<SealedHash, 'subject' | 'seq'>): EventPlace {
  return { subject, seq };
}
