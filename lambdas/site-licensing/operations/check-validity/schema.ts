import * as z from 'zod';
import { deadReasons, mode } from '../../../../domain/chain/levels.ts';
import { EnterpriseId, SiteId } from '../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { time } from '../../../platform/request/shapes/time.ts';
import { siteKey } from '../../shapes/key.ts';

export const checkValidity = {
  id: 'check-validity',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'read',
  status: 200,
  body: z.strictObject({
    key: siteKey.describe('a site key or an enterprise key, of your application or of one that you enforce for'),
  }),
  answer: z.object({
    valid: z.boolean(),
    reason: z.enum(deadReasons).optional(),
    siteId: SiteId.optional(),
    enterpriseId: EnterpriseId.optional(),
    mode: mode.optional(),
    cacheUntil: time,
    verdict: z
      .string()
      .describe(
        'the same answer, signed: verify it under your pinned Root, and compare the nonce; the unsigned fields prove nothing',
      ),
  }),
} as const satisfies Contract;
