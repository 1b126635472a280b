import * as z from 'zod';
import { alertReasons } from '../../../domain/alert-reasons.ts';
import type { RecordedAlert } from '../../../domain/alerts/alert.ts';
import { alertIdOf } from '../../../domain/alerts/alert-id.ts';
import { AppId, OrgId, Subject } from '../../../domain/kernel/ids.ts';
import type { Item } from '../storage/table.ts';

const AlertItem = z.object({
  pk: z.string(),
  sk: z.string(),
  reason: z.enum(alertReasons),
  subject: Subject,
  detail: z.string(),
  firstAt: z.int(),
  lastAt: z.int(),
  times: z.int(),
  seenAt: z.int().optional(),
  seenBy: AppId.optional(),
  acknowledgedAt: z.int().optional(),
  acknowledgedBy: Subject.optional(),
  ttl: z.int().optional(),
});

/** Returns whether an item is an alert, and not the acknowledgement of one. */
export function isAlertItem({ pk }: Item): boolean {
  return /^N#[^#]+#\d{8}$/.test(String(pk));
}

export function toRecordedAlert(item: Item): RecordedAlert {
  const { pk, sk: name, ttl: _garbage, detail, ...alert } = AlertItem.parse(item);
  const [, org, day = ''] = pk.split('#');
  return { ...alert, id: alertIdOf({ day, name }), org: OrgId.parse(org), ...(detail && { detail }) };
}
