import * as z from 'zod';
import { Subject } from '../kernel/ids.ts';

/** Returns the SHA-256 of a text (UTF-8) in base64url. */
export type Sha256 = (text: string) => string;

/** One event of the audit trail: who changed what and when, with the hash of the same subject's former event. */
export const TrailEvent = z.object({
  subject: Subject,
  /** 1, 2, 3 … for each subject, without gaps */
  seq: z.int(),
  at: z.int(),
  actor: z.string(),
  action: z.string(),
  requestId: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  hash: z.string(),
  previous: z.string().optional(),
});
export type TrailEvent = z.infer<typeof TrailEvent>;

/** Returns the text that the hash of an event covers: JSON with its members in this order, its details sorted by name. */
export function hashedText(event: Omit<TrailEvent, 'hash'>): string {
  const { subject, seq, at, actor, action, requestId, details, previous = '' } = event;
  return JSON.stringify([subject, seq, at, actor, action, requestId, sortedByName(details), previous]);
}

/** Returns the canonical form of an event as a line of a sealed file. */
export function lineOf({ subject, seq, at, actor, action, requestId, details, hash, previous }: TrailEvent): string {
  const sorted = Object.fromEntries(sortedByName(details));
  return JSON.stringify({ subject, seq, at, actor, action, requestId, details: sorted, hash, previous });
}

/** @returns undefined unless it is an event in its one spelling */
export function eventIn(line: string): TrailEvent | undefined {
  try {
    const event = TrailEvent.parse(JSON.parse(line));
    return lineOf(event) === line ? event : undefined;
  } catch {
    return undefined;
  }
}

function sortedByName(details: TrailEvent['details']): [string, string | number][] {
  return Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
}
