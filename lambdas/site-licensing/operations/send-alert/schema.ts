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
    reason: z.enum(reportedReasons).describe('what was wrong with the key; `key-not-genuine` is counted only'),
    siteId: SiteId.optional().describe('whose key it was: your own site, or one of an application you enforce for'),
    enterpriseId: EnterpriseId.optional().describe('in the place of siteId, when it was an enterprise key'),
    application: AppId.optional().describe('with enterpriseId: whose enterprise key; your own when left out'),
    seenAt: z.iso
      .datetime()
      .meta({ examples: ['2026-11-21T10:00:00Z'] })
      .describe('when it was seen last, ISO 8601, UTC; at most 31 days ago'),
    times: z.int().min(1).max(1_000_000).default(1).describe('how often it was seen'),
  }),
  answer: z.object({
    reason: z.enum(reportedReasons),
    times: z.int(),
    alertId: AlertId.optional().describe('quote it to the vendor; absent for a forged key, of which nobody is alerted'),
  }),
} as const satisfies Contract;
