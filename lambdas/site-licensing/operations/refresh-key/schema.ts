import * as z from 'zod';
import { mode } from '../../../../domain/chain/levels.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { siteKey } from '../../shapes/key.ts';
import { siteKeyAnswer, sitePath } from '../../shapes/site.ts';

export const refreshKey = {
  id: 'refresh-key',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application'],
  effect: 'refresh',
  status: 200,
  presents: 'site-key+jwt',
  path: sitePath,
  body: z.strictObject({
    key: siteKey.describe('the current key of the site'),
    mode: mode.optional().describe('`production` promotes a dev site; default: the current mode'),
  }),
  answer: siteKeyAnswer,
} as const satisfies Contract;
