import type * as z from 'zod';
import type { RecordedAlert } from '../../../domain/alerts/alert.ts';
import { isoTime } from '../../../domain/kernel/time.ts';
import type { alertView } from './shapes/alert.ts';

/** Returns an alert as operators see it. */
export function viewOfAlert(alert: RecordedAlert): z.input<typeof alertView> {
  const { id: alertId, reason, subject, detail, firstAt, lastAt, times } = alert;
  const { seenAt, seenBy, acknowledgedAt, acknowledgedBy } = alert;
  return {
    alertId,
    reason,
    subject,
    ...(detail && { detail }),
    firstAt: isoTime(firstAt),
    lastAt: isoTime(lastAt),
    times,
    ...(seenAt && { seenAt: isoTime(seenAt), seenBy }),
    ...(acknowledgedAt && { acknowledgedAt: isoTime(acknowledgedAt), acknowledgedBy }),
  };
}
