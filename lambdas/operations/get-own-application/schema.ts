import * as z from 'zod';
import type { Contract } from '../../pipeline/contract.ts';
import { applicationView, time } from '../../pipeline/shapes.ts';

export const getOwnApplication = {
  id: 'get-own-application',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'read',
  status: 200,
  answer: applicationView.extend({
    token: z.string().describe('under the Org: others can check offline that these are your keys'),
    tokenExpiresAt: time,
  }),
} as const satisfies Contract;
