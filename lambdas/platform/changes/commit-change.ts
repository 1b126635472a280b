import type { Version } from '../../../domain/kernel/version.ts';
import { embeddedAuditEvent } from '../audit/audit-event.ts';
import { auditSubjectOf } from '../audit/audited-item.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { absent, compare } from '../storage/condition-expression.ts';
import { ConflictError } from '../storage/conflict-error.ts';
import { ConditionFailedError, type Item, type Key, type Write } from '../storage/table.ts';
import { type Change, RepeatedRequestError } from './change.ts';
import { outcomeOf, saveIdempotencyRecord } from './idempotency-records.ts';
import { commitWithAlerts } from './raise-alerts.ts';

/** What is recorded of one subject: its item as it shall be, and the version that it builds on. */
export interface Recording {
  readonly item: Item & Key;
  /** undefined when there must be none yet */
  readonly before: Version | undefined;
}

/**
 * Writes a change whole or not at all: the item with its audit event in it, what moves with it, its alerts, its memory. A single
 * write where nothing else moves.
 * @throws Repeated when the same request was recorded before; Stale when the facts have changed
 */
export async function commitChange(
  runtime: Runtime,
  recording: Recording,
  others: readonly Write[],
  change: Change,
): Promise<void> {
  await commitWithIdempotencyRecord(runtime, [recorded(recording, change), ...others], change);
}

/**
 * Writes what has no history of its own, whole or not at all: with the alerts and the memory of the change.
 * @throws Repeated when the same request was recorded before; Stale when the facts have changed
 */
export async function commitWithIdempotencyRecord(
  runtime: Runtime,
  changes: readonly Write[],
  change: Change,
): Promise<void> {
  const { idempotencyRecord, outcome, alerts = [], at } = change;
  const idempotencyWrites = idempotencyRecord && outcome ? [saveIdempotencyRecord(idempotencyRecord, outcome, at)] : [];
  // The memory comes first: when it stands in the way, this is a repeat, whatever else does.
  const writes = [...idempotencyWrites, ...changes];
  try {
    await commitWithAlerts(runtime, writes, alerts, at);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    const repeated =
      idempotencyRecord && idempotencyWrites.length > 0 && error.index === 0
        ? outcomeOf(error.existingItem, idempotencyRecord, at)
        : undefined;
    throw repeated
      ? new RepeatedRequestError(repeated)
      : (writes[error.index]?.onlyIf?.otherwise ?? new ConflictError());
  }
}

function recorded({ item, before }: Recording, change: Change): Write {
  const about = auditSubjectOf(item);
  if (!about) throw new Error('The item has no audit subject: expected an audited item.');
  const seq = (before?.seq ?? 0) + 1;
  const event = embeddedAuditEvent(change, about.subject, seq, about.details, before?.eventHash);
  const onlyIf = before
    ? { expression: compare('seq', '=', ':seq'), values: { ':seq': before.seq } }
    : { expression: absent('pk') };
  return { put: { ...item, ...event }, onlyIf };
}
