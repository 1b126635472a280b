import * as z from 'zod';
import { rotationReasons } from '../../../../domain/site-licensing/enterprise.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { enterprisePath, enterpriseView } from '../../shapes/enterprise.ts';

export const rotateEnterpriseSigningKey = {
  id: 'rotate-enterprise-signing-key',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: enterprisePath,
  body: z.strictObject({
    reason: z.enum(rotationReasons).describe('`compromised` disables the previous key; `scheduled` does not'),
  }),
  answer: enterpriseView,
} as const satisfies Contract;
