import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Subject } from '../../domain/ids.ts';
import type { Change } from '../ports.ts';

/** The audit event of a change, as it rides in the item that it changes (design.md 8). */
export const RidingEvent = z.object({
  seq: z.int(),
  event: z.object({
    at: z.int(),
    actor: z.string(),
    action: z.string(),
    requestId: z.string(),
    hash: z.string(),
    previous: z.string().optional(),
  }),
});
export type RidingEvent = z.infer<typeof RidingEvent>;

export type Details = Readonly<Record<string, string | number>>;

/** @param previous the hash of the subject's former event: the events of a subject form a chain */
export function ridingEvent(
  change: Change,
  subject: Subject,
  seq: number,
  details: Details,
  previous: string | undefined,
): RidingEvent {
  const { at, actor, operation: action, requestId } = change;
  const hash = hashOf({ subject, seq, at, actor, action, requestId, details, previous });
  return { seq, event: { at, actor, action, requestId, hash, previous } };
}

/** SHA-256, base64url, over the event as JSON with its members in this order and its details sorted by name. */
export function hashOf(event: {
  subject: Subject;
  seq: number;
  at: number;
  actor: string;
  action: string;
  requestId: string;
  details: Details;
  previous?: string | undefined;
}): string {
  const { subject, seq, at, actor, action, requestId, details, previous = '' } = event;
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([subject, seq, at, actor, action, requestId, sorted, previous]))
    .digest('base64url');
}
