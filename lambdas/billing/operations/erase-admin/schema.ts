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
  body: z.strictObject({ email: Admin.shape.email.describe('of the person, in whatever case') }),
  answer: z.object({ entries: z.int().describe('how many were there; none is no error') }),
} as const satisfies Contract;
