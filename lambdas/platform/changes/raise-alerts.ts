import * as z from 'zod';
import type { Alert } from '../../../domain/alerts/alert.ts';
import { alertNameOf } from '../../../domain/alerts/alert-id.ts';
import { day, dayOf, type Seconds } from '../../../domain/kernel/time.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { absent, allOf, anyOf, compare } from '../storage/condition-expression.ts';
import { ConflictError } from '../storage/conflict-error.ts';
import { ConditionFailedError, table, type Write } from '../storage/table.ts';

/** Retention of alerts: a year and a month, so that the same quarter of last year is available; then TTL deletes them. */
export const alertRetentionSeconds = 400 * day;

const attempts = 6;

/** A recorded alert of the same name and day. */
const ExistingAlert = z.object({ firstAt: z.int(), lastAt: z.int() });
type ExistingAlert = z.infer<typeof ExistingAlert>;

export const dynamoAlerts = perRuntime((runtime: Runtime) => ({
  async raise(alert: Alert, at: Seconds): Promise<void> {
    await commitWithAlerts(runtime, [], [alert], at);
  },
}));

/**
 * Writes a change and its alerts, all or nothing. Alerts may be recorded in any order, long after their facts: `firstAt` and `lastAt`
 * are the times of the first and the last fact of the day, not of the first and the last write.
 * @throws ConditionFailedError for one of the writes, by its index; ConflictError when an alert was changed at each attempt
 */
export async function commitWithAlerts(
  runtime: Runtime,
  writes: readonly Write[],
  alerts: readonly Alert[],
  at: Seconds,
): Promise<void> {
  const existing = new Map<number, ExistingAlert>();
  for (let attempt = 1; attempt <= attempts; attempt++)
    try {
      const raised = alerts.map((alert, i) => alertWrite(alert, at, existing.get(i)));
      return await table(runtime).commit([...writes, ...raised]);
    } catch (error) {
      if (!(error instanceof ConditionFailedError) || error.index < writes.length) throw error;
      existing.set(error.index - writes.length, ExistingAlert.parse(error.existingItem));
    }
  throw new ConflictError();
}

/**
 * Returns the write of an alert: one item per (reason, subject, detail) and UTC day. The stream delivers its insert; repeats are counted.
 * @param existing the recorded alert, when the fact is earlier than its last one
 */
export function alertWrite(alert: Alert, recordedAt: Seconds, existing?: ExistingAlert) {
  const { org, reason, subject, detail = '', seen, at = recordedAt } = alert;
  const { sets, values, onlyIf } = timesOf(at, existing);
  return {
    update: { pk: `N#${org}#${dayOf(at)}`, sk: alertNameOf(alert) },
    expression: `SET ${sets}, reason = :reason, subject = :subject, detail = :detail, #ttl = :ttl${seen ? ', seenAt = :seenAt, seenBy = :seenBy' : ''} ADD times :times`,
    names: { '#ttl': 'ttl' },
    values: {
      ...values,
      ':reason': reason,
      ':subject': subject,
      ':detail': detail,
      ':ttl': at + alertRetentionSeconds,
      ':times': seen?.times ?? 1,
      ...(seen && { ':seenAt': seen.at, ':seenBy': seen.by }),
    },
    onlyIf,
  } satisfies Write;
}

/** Returns the times of an alert. A fact that is earlier than the recorded last one needs the recorded alert. */
function timesOf(at: Seconds, existing: ExistingAlert | undefined) {
  if (!existing)
    return {
      sets: 'firstAt = if_not_exists(firstAt, :at), lastAt = :at',
      values: { ':at': at },
      onlyIf: { expression: anyOf(absent('pk'), compare('lastAt', '<=', ':at')) },
    };
  const { firstAt, lastAt } = existing;
  return {
    sets: 'firstAt = :first, lastAt = :last',
    values: { ':first': Math.min(firstAt, at), ':last': Math.max(lastAt, at) },
    onlyIf: {
      expression: allOf(compare('firstAt', '=', ':firstAt'), compare('lastAt', '=', ':lastAt')),
      values: { ':firstAt': firstAt, ':lastAt': lastAt },
    },
  };
}
