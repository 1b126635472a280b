import * as z from 'zod';
import { mode } from '../../../../domain/chain/levels.ts';
import { EnterpriseId, SiteRef } from '../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { siteKeyAnswer } from '../../shapes/site.ts';

export const createSite = {
  id: 'create-site',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application'],
  effect: 'key',
  status: 201,
  body: z.strictObject({
    enterpriseId: EnterpriseId,
    siteRef: SiteRef.describe('your own opaque id of the site; never its name'),
    state: z.enum(['basic', 'commissioning', 'active']),
    mode: mode.optional().describe('optional when the policy allows one mode only'),
  }),
  answer: siteKeyAnswer,
} as const satisfies Contract;
