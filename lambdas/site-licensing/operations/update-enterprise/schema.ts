import * as z from 'zod';
import type { Contract } from '../../../platform/request/contract.ts';
import { enterprisePath, enterpriseView } from '../../shapes/enterprise.ts';

export const updateEnterprise = {
  id: 'update-enterprise',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: enterprisePath,
  body: z
    .strictObject({
      status: z.enum(['live', 'suspended']).optional().describe('`suspended` suspends it, `live` reinstates it'),
      configurationUsersLimit: z.int().min(0).max(1_000_000).optional(),
    })
    .refine(body => Object.keys(body).length > 0, 'must change at least one field'),
  answer: enterpriseView,
} as const satisfies Contract;
