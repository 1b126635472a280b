import * as z from 'zod';
import { AppId } from '../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { nextPage, pageQuery } from '../../../platform/request/shapes/page.ts';
import { quarterPath } from '../../shapes/statistics.ts';

export const listAdmins = {
  id: 'list-admins',
  auth: 'signature',
  face: 'problem+json',
  callers: ['finance'],
  effect: 'read',
  isAudited: true,
  status: 200,
  path: quarterPath,
  query: z.strictObject({
    application: AppId.optional().describe('admins of this application only'),
    ...pageQuery,
  }),
  answer: z.object({
    admins: z
      .array(z.object({ application: AppId, name: z.string(), email: z.string() }))
      .describe('of the latest manifest of each application; a page may have more than `limit` entries'),
    next: nextPage,
  }),
} as const satisfies Contract;
