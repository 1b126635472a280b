import * as z from 'zod';
import { StatementDigests } from '../../../../domain/chain/levels.ts';
import { Quarter } from '../../../../domain/kernel/time.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { time } from '../../../platform/request/shapes/time.ts';

export const makeStatement = {
  id: 'make-statement',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: z.strictObject({ quarter: Quarter }),
  answer: z.object({
    quarter: Quarter,
    revision: z.int(),
    createdAt: time,
    billedProductionSites: z.int().describe('the number to invoice'),
    location: z.string().describe('location of its files: s3://…/'),
    files: StatementDigests,
  }),
} as const satisfies Contract;
