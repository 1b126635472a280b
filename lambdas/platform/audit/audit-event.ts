import { createHash } from 'node:crypto';
import * as z from 'zod';
import { hashedText, type Sha256, type TrailEvent } from '../../../domain/audit/trail-event.ts';
import type { Subject } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';

/** The part of a change that its audit event records. */
export interface AuditedChange {
  readonly operation: string;
  readonly actor: Subject;
  readonly at: Seconds;
  readonly requestId: string;
}

/** The audit event of a change, embedded in the item that it changes (docs/rules.md 8). */
export const EmbeddedAuditEvent = z.object({
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
export type EmbeddedAuditEvent = z.infer<typeof EmbeddedAuditEvent>;

export type Details = Readonly<Record<string, string | number>>;

/** @param previous the hash of the subject's former event: the events of a subject form a chain */
export function embeddedAuditEvent(
  change: AuditedChange,
  subject: Subject,
  seq: number,
  details: Details,
  previous: string | undefined,
): EmbeddedAuditEvent {
  const { at, actor, operation: action, requestId } = change;
  const hash = hashOf({ subject, seq, at, actor, action, requestId, details, previous });
  return { seq, event: { at, actor, action, requestId, hash, previous } };
}

export function hashOf(event: Omit<TrailEvent, 'hash'>): string {
  return sha256(hashedText(event));
}

export const sha256: Sha256 = text => createHash('sha256').update(text).digest('base64url');
