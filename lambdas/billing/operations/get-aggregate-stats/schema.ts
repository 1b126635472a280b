import * as z from 'zod';
import { mode } from '../../../../domain/chain/levels.ts';
import { AppId, EnterpriseId } from '../../../../domain/kernel/ids.ts';
import { Quarter } from '../../../../domain/kernel/time.ts';
import { siteState } from '../../../../domain/site-licensing/site.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { nextPage, pageQuery } from '../../../platform/request/shapes/page.ts';
import { time } from '../../../platform/request/shapes/time.ts';
import { booked, difference, moves, quarterPath, tally, usage, users } from '../../shapes/statistics.ts';

const count = z.int();
const counts = { opening: tally, closing: tally, moves, usage };

const manifest = z.object({
  state: z
    .enum(['received', 'missing', 'pending'])
    .describe('`missing` is not zero; `pending` while the quarter has not ended'),
  revision: count.optional(),
  receivedAt: time.optional(),
  sites: z.object({ production: count, dev: count, proxy: count }).optional(),
  enterprises: count.optional(),
  users: users.optional(),
});

export const getAggregateStats = {
  id: 'get-aggregate-stats',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'read',
  status: 200,
  path: quarterPath,
  query: z.strictObject({
    application: AppId.optional().describe('operators only: restrict to this application; default: all'),
    ...pageQuery,
  }),
  answer: z.object({
    quarter: Quarter,
    running: z.boolean().describe('true while the quarter has not ended: the numbers will change'),
    asOf: time,
    ...booked,
    countingRules: z.string().describe('version of docs/counting.md'),
    billed: count.describe(
      "THE BILLED NUMBER: production sites at the last instant of the quarter, by the server's own count; up to now while the quarter has not ended",
    ),
    total: z.object(counts),
    cells: z.array(
      z.object({ mode, state: siteState, status: z.enum(['live', 'suspended', 'dormant']), sites: count }),
    ),
    applications: z.array(z.object({ application: AppId, ...counts, manifest })),
    enterprises: z.array(
      z.object({
        enterpriseId: EnterpriseId,
        application: AppId,
        ...counts,
        manifest: z
          .object({ production: count, dev: count, proxy: count, configurationUsers: count })
          .optional()
          .describe('absent when the manifest does not name the enterprise'),
      }),
    ),
    differences: z
      .array(difference.extend({ application: AppId }))
      .describe('of the totals of each application, and of the enterprises of this page'),
    next: nextPage,
  }),
} as const satisfies Contract;
