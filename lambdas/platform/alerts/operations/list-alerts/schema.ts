import * as z from 'zod';
import { alertReasons } from '../../../../../domain/alert-reasons.ts';
import { AppId, EnterpriseId, SiteId } from '../../../../../domain/kernel/ids.ts';
import { Day } from '../../../../../domain/kernel/time.ts';
import type { Contract } from '../../../request/contract.ts';
import { nextPage, pageQuery } from '../../../request/shapes/page.ts';
import { alertView } from '../../shapes/alert.ts';

export const listAlerts = {
  id: 'list-alerts',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'read',
  status: 200,
  query: z.strictObject({
    from: Day.optional().describe('first UTC day, as 20261115; default: six days before `to`'),
    to: Day.optional().describe('last UTC day, at most 92 days from `from` on; default: today'),
    reason: z.enum(alertReasons).optional(),
    site: SiteId.optional().describe('alerts about this site only'),
    enterprise: EnterpriseId.optional().describe(
      'about this enterprise; with application: about its key for that application',
    ),
    application: AppId.optional().describe('about this application'),
    acknowledged: z.enum(['true', 'false']).optional().describe('`false`: alerts that are not acknowledged yet'),
    ...pageQuery,
  }),
  answer: z.object({
    alerts: z
      .array(alertView)
      .describe('newest day first; the filters can make a page shorter, even empty, while `next` is present'),
    next: nextPage,
  }),
} as const satisfies Contract;
