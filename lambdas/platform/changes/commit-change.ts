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

/** The change of one item: its new value, and the version that it is based on. */
export interface Recording {
  readonly item: Item & Key;
  /** undefined when there must be none yet */
  readonly before: Version | undefined;
}

/**
 * Writes a change in one transaction: the item with its embedded audit event, further writes, alerts, and the idempotency record. A
 * change of one item only is a single write.
 * @throws RepeatedRequestError when the same request was recorded before; ConflictError when the facts have changed
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
 * Writes items without history in one transaction, with the alerts and the idempotency record of the change.
 * @throws RepeatedRequestError when the same request was recorded before; ConflictError when the facts have changed
 */
export async function commitWithIdempotencyRecord(
  runtime: Runtime,
  changes: readonly Write[],
  change: Change,
): Promise<void> {
  const { idempotencyRecord, outcome, alerts = [], at } = change;
  const idempotencyWrites = idempotencyRecord && outcome ? [saveIdempotencyRecord(idempotencyRecord, outcome, at)] : [];
  // The idempotency record comes first: when its condition fails, the request is a repeat, whichever other conditions fail too.
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
