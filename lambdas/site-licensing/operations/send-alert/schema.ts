import * as z from 'zod';
import { AlertId } from '../../../../domain/alerts/alert-id.ts';
import { AppId, EnterpriseId, SiteId } from '../../../../domain/kernel/ids.ts';
import { reportedReasons } from '../../../../domain/site-licensing/key-report.ts';
import type { Contract } from '../../../platform/request/contract.ts';

export const sendAlert = {
  id: 'send-alert',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'change',
  status: 200,
  body: z.strictObject({
    reason: z.enum(reportedReasons).describe('what is wrong with the key; `key-not-genuine` is only counted'),
    siteId: SiteId.optional().describe('the site of the key: of your application, or of one that you enforce for'),
    enterpriseId: EnterpriseId.optional().describe('instead of siteId, for an enterprise key'),
    application: AppId.optional().describe(
      'with enterpriseId: the application of the enterprise key; default: the calling application',
    ),
    seenAt: z.iso
      .datetime()
      .meta({ examples: ['2026-11-21T10:00:00Z'] })
      .describe('when it was last seen, ISO 8601, UTC; at most 31 days ago'),
    times: z.int().min(1).max(1_000_000).default(1).describe('how often it was seen'),
  }),
  answer: z.object({
    reason: z.enum(reportedReasons),
    times: z.int(),
    alertId: AlertId.optional().describe('quote it to the vendor; absent for a forged key, which raises no alert'),
  }),
} as const satisfies Contract;
