import * as z from 'zod';
import { Admin } from '../../../../domain/billing/manifest.ts';
import type { Contract } from '../../../platform/request/contract.ts';

export const eraseAdmin = {
  id: 'erase-admin',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  body: z.strictObject({ email: Admin.shape.email.describe('e-mail address of the person; case is ignored') }),
  answer: z.object({ entries: z.int().describe('number of entries erased; 0 is not an error') }),
} as const satisfies Contract;
