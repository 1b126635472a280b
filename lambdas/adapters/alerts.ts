import type { Alert } from '../../domain/alert.ts';
import { alertNameOf } from '../../domain/alert-id.ts';
import { day, dayOf, type Seconds } from '../../domain/time.ts';
import type { Runtime } from '../runtime.ts';
import { perRuntime } from './per-runtime.ts';
import { table, type Write } from './table.ts';

/** A year and a month, so that last year's quarter can be looked at; then TTL collects it. */
export const alertKeptSeconds = 400 * day;

/** One item per (reason, subject, detail) and UTC day: its insert is delivered by the stream, repeats only count on it. */
export function alertWrite(alert: Alert, at: Seconds): Write {
  const { org, reason, subject, detail = '', seen } = alert;
  return {
    update: { pk: `N#${org}#${dayOf(at)}`, sk: alertNameOf(alert) },
    expression: `SET firstAt = if_not_exists(firstAt, :at), lastAt = :at, reason = :reason, subject = :subject, detail = :detail, #ttl = :ttl${seen ? ', seenAt = :seenAt, seenBy = :seenBy' : ''} ADD times :times`,
    names: { '#ttl': 'ttl' },
    values: {
      ':at': at,
      ':reason': reason,
      ':subject': subject,
      ':detail': detail,
      ':ttl': at + alertKeptSeconds,
      ':times': seen?.times ?? 1,
      ...(seen && { ':seenAt': seen.at, ':seenBy': seen.by }),
    },
  };
}

export const dynamoAlerts = perRuntime((runtime: Runtime) => ({
  async raise(alert: Alert, at: Seconds): Promise<void> {
    await table(runtime).commit([alertWrite(alert, at)]);
  },
}));
