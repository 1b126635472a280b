import type { RecordedAlert } from '../../../domain/alerts/alert.ts';
import type { AlertFilter } from '../../../domain/alerts/alert-filter.ts';
import type { AlertId } from '../../../domain/alerts/alert-id.ts';
import { type AlertPlace, alertNameOf, alertPlaceOf } from '../../../domain/alerts/alert-id.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import { notFound } from '../../../domain/kernel/refusal.ts';
import { dayOf } from '../../../domain/kernel/time.ts';
import type { Change } from '../changes/change.ts';
import { commitChange, commitWithIdempotencyRecord } from '../changes/commit-change.ts';
import { alertRetentionSeconds } from '../changes/raise-alerts.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { pageOverBuckets } from '../storage/bucket-page.ts';
import { exists } from '../storage/condition-expression.ts';
import { cursorFrom, cursorTo } from '../storage/page-cursor.ts';
import { type Key, table } from '../storage/table.ts';
import { toRecordedAlert } from './alert-item.ts';

/** Reads and acknowledges recorded alerts. The change or refusal that causes an alert raises it (raise-alerts.ts). */
export interface RecordedAlerts {
  /** Records a key report: its alerts and its idempotency record. @throws RepeatedRequestError */
  report(change: Change): Promise<void>;
  /** @returns undefined also when no alert can have this id */
  find(org: OrgId, id: AlertId): Promise<RecordedAlert | undefined>;
  /** Returns a page of alerts in the order of `days`; `isChosen` filters what was read. @throws invalid-request */
  page(query: {
    org: OrgId;
    days: readonly string[];
    choice: AlertFilter;
    after?: string | undefined;
    limit: number;
  }): Promise<{ alerts: readonly RecordedAlert[]; next?: string }>;
  /** @throws ConflictError when another operator has acknowledged it meanwhile; not-found; RepeatedRequestError */
  acknowledge(alert: RecordedAlert, change: Change): Promise<void>;
}

export const dynamoRecordedAlerts = perRuntime((runtime: Runtime): RecordedAlerts => {
  const items = table(runtime);
  return {
    async report(change) {
      await commitWithIdempotencyRecord(runtime, [], change);
    },
    async find(org, id) {
      const place = alertPlaceOf(id);
      const item = place && (await items.get(keyOf(org, place), { consistent: true }));
      return item && toRecordedAlert(item);
    },
    async page({ org, days, choice: { reason, subject }, after, limit }) {
      const prefix = reason && `${reason}#${subject ?? ''}`;
      const isOfThisList = ({ bucket: day, sk }: { bucket: string; sk: string }) =>
        /^\d{8}$/.test(day) && day <= (days[0] ?? '') && sk.startsWith(prefix ?? '');
      const from = after === undefined ? undefined : cursorFrom(after, isOfThisList);
      const list = {
        // The last seven days may have moved on by one since the page before: then it was the last.
        buckets: days.filter(day => day <= (from?.bucket ?? day)),
        partitionOf: (day: string) => `N#${org}#${day}`,
        prefix,
      };
      const page = await pageOverBuckets(items, list, from, limit);
      return { alerts: page.items.map(toRecordedAlert), ...(page.next && { next: cursorTo(page.next) }) };
    },
    async acknowledge(alert, change) {
      const { org, reason, subject, detail, firstAt } = alert;
      const { pk, sk } = keyOf(org, { day: dayOf(firstAt), name: alertNameOf(alert) });
      const noted = {
        update: { pk, sk },
        expression: 'SET acknowledgedAt = :at, acknowledgedBy = :by',
        values: { ':at': change.at, ':by': change.actor },
        onlyIf: { expression: exists('pk'), otherwise: notFound('alert') },
      };
      const item = { pk: `${pk}#ack`, sk, reason, subject, detail, ttl: change.at + alertRetentionSeconds };
      await commitChange(runtime, { item, before: undefined }, [noted], change);
    },
  };
});

function keyOf(org: OrgId, { day, name }: AlertPlace): Key {
  return { pk: `N#${org}#${day}`, sk: name };
}
