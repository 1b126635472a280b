import * as z from 'zod';
import { SiteRef } from '../../../../domain/kernel/ids.ts';
import { siteState } from '../../../../domain/site-licensing/site.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { sitePath, siteView } from '../../shapes/site.ts';

export const updateSite = {
  id: 'update-site',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'change',
  status: 200,
  path: sitePath,
  body: z
    .strictObject({
      state: siteState.optional().describe('`proxy`: operators only'),
      siteRef: SiteRef.optional(),
      status: z.enum(['live', 'suspended']).optional().describe('operators only: suspend, reinstate'),
      mode: z.unknown().optional().describe('refused: the mode changes by refresh-key'),
    })
    .refine(body => Object.keys(body).length > 0, 'says nothing to change'),
  answer: siteView,
} as const satisfies Contract;
