import type { Alert } from '../../domain/alert.ts';
import { dayOf, type Seconds } from '../../domain/time.ts';
import type { Runtime } from '../runtime.ts';
import { perRuntime } from './per-runtime.ts';
import { table, type Write } from './table.ts';

/** One item per (reason, subject, detail) and UTC day: its insert is delivered by the stream, repeats only count on it. */
export function alertWrite({ org, reason, subject, detail }: Alert, at: Seconds): Write {
  const sk = [reason, subject, ...(detail ? [detail] : [])].join('#');
  return {
    update: { pk: `N#${org}#${dayOf(at)}`, sk },
    expression:
      'SET firstAt = if_not_exists(firstAt, :at), lastAt = :at, reason = :reason, subject = :subject, detail = :detail ADD times :one',
    values: { ':at': at, ':reason': reason, ':subject': subject, ':detail': detail ?? '', ':one': 1 },
  };
}

export const dynamoAlerts = perRuntime((runtime: Runtime) => ({
  async raise(alert: Alert, at: Seconds): Promise<void> {
    await table(runtime).commit([alertWrite(alert, at)]);
  },
}));
