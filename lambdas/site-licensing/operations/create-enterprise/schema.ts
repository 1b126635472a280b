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
      'operators: the application that serves it first; an application means itself',
    ),
    configurationUsersLimit: z.int().min(0).max(1_000_000).optional().describe('operators only; 12 when left out'),
  }),
  answer: enterpriseKeyAnswer,
} as const satisfies Contract;
