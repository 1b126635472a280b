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
      status: z
        .enum(['live', 'suspended'])
        .optional()
        .describe('operators only: `suspended` suspends it, `live` reinstates it'),
      mode: z.unknown().optional().describe('always refused: the mode can be changed by refresh-key only'),
    })
    .refine(body => Object.keys(body).length > 0, 'must change at least one field'),
  answer: siteView,
} as const satisfies Contract;
