import * as z from 'zod';
import { mode } from '../../../domain/chain/levels.ts';
import { EnterpriseId, SiteRef } from '../../../domain/ids.ts';
import type { Contract } from '../../pipeline/contract.ts';
import { siteKeyAnswer } from '../../pipeline/shapes/site.ts';

export const createSite = {
  id: 'create-site',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application'],
  effect: 'key',
  status: 201,
  body: z.strictObject({
    enterpriseId: EnterpriseId,
    siteRef: SiteRef.describe('your own, opaque id of the site: never its name'),
    state: z.enum(['basic', 'commissioning', 'active']),
    mode: mode.optional().describe('may be left out where the policy allows one mode only'),
  }),
  answer: siteKeyAnswer,
} as const satisfies Contract;
