import * as z from 'zod';
import { AppId, EnterpriseId, SiteId, Subject } from '../../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../request/contract.ts';
import { nextPage, pageQuery } from '../../../request/shapes/page.ts';
import { time } from '../../../request/shapes/time.ts';

export const listAuditEvents = {
  id: 'list-audit-events',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'read',
  status: 200,
  query: z.strictObject({
    month: z
      .string()
      .regex(/^20\d{2}(0[1-9]|1[0-2])$/)
      .optional()
      .describe('UTC month, as 202611; default: the current month'),
    site: SiteId.optional().describe('events of this site only'),
    enterprise: EnterpriseId.optional().describe(
      'of this enterprise; with application: of its key for that application',
    ),
    application: AppId.optional().describe('of this application'),
    ...pageQuery,
  }),
  answer: z.object({
    events: z.array(
      z.object({
        subject: Subject,
        seq: z.int().describe('1, 2, 3 … for each subject, without gaps'),
        at: time,
        actor: z.string(),
        action: z.string(),
        requestId: z.string(),
        details: z.record(z.string(), z.union([z.string(), z.number()])),
        hash: z.string().describe('SHA-256 over this event and the hash of the previous one'),
        previous: z.string().optional(),
      }),
    ),
    next: nextPage,
  }),
} as const satisfies Contract;
