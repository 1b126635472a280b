import * as z from 'zod';
import { alertReasons } from '../../../../domain/alert-reasons.ts';
import { AlertId } from '../../../../domain/alerts/alert-id.ts';
import { AppId, Subject } from '../../../../domain/kernel/ids.ts';
import { time } from '../../request/shapes/time.ts';

export const alertView = z.object({
  alertId: AlertId,
  reason: z.enum(alertReasons).describe('docs/alerts.md explains each reason and its remedy'),
  subject: Subject,
  detail: z.string().optional().describe('generation, quarter or warning that the alert is about'),
  firstAt: time,
  lastAt: time,
  times: z.int().describe('number of occurrences on this UTC day; only the first was delivered'),
  seenAt: time.optional().describe('when a client last saw it; present if a client reported it'),
  seenBy: AppId.optional().describe('the application that last reported it'),
  acknowledgedAt: time.optional(),
  acknowledgedBy: Subject.optional(),
});
