import * as z from 'zod';
import { Policy } from '../../../../../domain/identity/policy.ts';
import type { Contract } from '../../../request/contract.ts';
import { applicationPath, applicationView } from '../../shapes/application.ts';

export const updateApplication = {
  id: 'update-application',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: applicationPath,
  body: z
    .strictObject({
      policy: Policy.optional().describe('replaces the whole policy'),
      status: z
        .enum(['live', 'suspended'])
        .optional()
        .describe('`suspended` suspends it, `live` reinstates it; effective everywhere within 60 s'),
    })
    .refine(body => Object.keys(body).length > 0, 'must change at least one field'),
  answer: applicationView,
} as const satisfies Contract;
