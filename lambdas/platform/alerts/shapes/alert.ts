import * as z from 'zod';
import { alertReasons } from '../../../../domain/alert-reasons.ts';
import { AlertId } from '../../../../domain/alerts/alert-id.ts';
import { AppId, Subject } from '../../../../domain/kernel/ids.ts';
import { time } from '../../request/shapes/time.ts';

export const alertView = z.object({
  alertId: AlertId,
  reason: z.enum(alertReasons).describe('docs/alerts.md says what each means and what to do'),
  subject: Subject,
  detail: z.string().optional().describe('which generation, quarter or warning'),
  firstAt: time,
  lastAt: time,
  times: z.int().describe('how often in this window, a UTC day; only the first was delivered'),
  seenAt: time.optional().describe('when a client saw it last, where one has reported it'),
  seenBy: AppId.optional().describe('the application that reported it last'),
  acknowledgedAt: time.optional(),
  acknowledgedBy: Subject.optional(),
});
