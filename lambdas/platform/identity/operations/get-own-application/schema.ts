import * as z from 'zod';
import type { Contract } from '../../../request/contract.ts';
import { time } from '../../../request/shapes/time.ts';
import { applicationView } from '../../shapes/application.ts';

export const getOwnApplication = {
  id: 'get-own-application',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator', 'finance'],
  effect: 'read',
  status: 200,
  answer: applicationView.extend({
    token: z
      .string()
      .describe('under the Org: others can check offline that these are your keys, and a guard what its policy allows'),
    tokenExpiresAt: time,
  }),
} as const satisfies Contract;
