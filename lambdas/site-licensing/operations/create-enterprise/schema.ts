import * as z from 'zod';
import { AppId } from '../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { enterpriseKeyAnswer } from '../../shapes/enterprise.ts';

export const createEnterprise = {
  id: 'create-enterprise',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'key',
  status: 201,
  body: z.strictObject({
    application: AppId.optional().describe(
      'operators only: the application that serves it first; default: the calling application',
    ),
    configurationUsersLimit: z.int().min(0).max(1_000_000).optional().describe('operators only; default: 12'),
  }),
  answer: enterpriseKeyAnswer,
} as const satisfies Contract;
