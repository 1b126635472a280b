import * as z from 'zod';
import { buckets, OrgId } from '../kernel/ids.ts';
import { lineOf, type Sha256, type TrailEvent } from './trail-event.ts';

/** The part of a seal for one bucket: the number of events, and the digests of its two files. */
const SealedBucket = z.strictObject({
  events: z.int().min(0),
  /** of `<bucket>.jsonl`: the events in their order, a line each */
  trail: z.string(),
  /** of `<bucket>.hashes`: subject, number and hash of the same events, a line each */
  hashes: z.string(),
});
export type SealedBucket = z.infer<typeof SealedBucket>;

/** Closes the trail of an Org for a month. It names the seal before by its digest, so that the seals are a chain too. */
const Seal = z.strictObject({
  version: z.literal(1),
  org: OrgId,
  month: z.string(),
  previous: z.string().nullable(),
  buckets: z.record(z.string(), SealedBucket),
});
export type Seal = z.infer<typeof Seal>;

/** The files of one bucket, and the part of the seal for them. */
export interface BucketFiles {
  readonly sealed: SealedBucket;
  readonly trail: string;
  readonly hashes: string;
}

/** @param events in the order of their subjects and numbers, as the table keeps them */
export function sealBucket(events: readonly TrailEvent[], sha256: Sha256): BucketFiles {
  const trail = linesOf(events.map(lineOf));
  const hashes = linesOf(events.map(({ subject, seq, hash }) => `${subject} ${seq} ${hash}`));
  return { sealed: { events: events.length, trail: sha256(trail), hashes: sha256(hashes) }, trail, hashes };
}

/** Returns the text of a seal: the same facts give the same bytes. */
export function sealText({ version, org, month, previous, buckets: sealed }: Seal): string {
  const inOrder = buckets.map(bucket => [bucket, sealed[bucket]]);
  return `${JSON.stringify({ version, org, month, previous, buckets: Object.fromEntries(inOrder) }, undefined, 1)}\n`;
}

/** @returns undefined unless it is a seal, over every bucket, in its one spelling */
export function sealIn(text: string): Seal | undefined {
  try {
    const seal = Seal.parse(JSON.parse(text));
    return sealText(seal) === text ? seal : undefined;
  } catch {
    return undefined;
  }
}

/** One event as `<bucket>.hashes` names it. */
export interface SealedHash {
  readonly subject: string;
  readonly seq: number;
  readonly hash: string;
}

/** Parses `<bucket>.hashes`. @param text verified by its digest in the seal, so its form is not checked again */
export function sealedHashes(text: string): SealedHash[] {
  return linesIn(text).map(line => {
    const [subject = '', seq, hash = ''] = line.split(' ');
    return { subject, seq: Number(seq), hash };
  });
}

export function linesIn(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function linesOf(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('');
}

/** Returns the first event that is missing between two others of its subject: it may still arrive. */
export function firstGap(events: readonly TrailEvent[]): Pick<TrailEvent, 'subject' | 'seq'> | undefined {
  for (const [index, { subject, seq }] of events.entries()) {
    const before = events[index - 1];
    if (before?.subject === subject && before.seq + 1 !== seq) return { subject, seq: before.seq + 1 };
  }
  return undefined;
}
