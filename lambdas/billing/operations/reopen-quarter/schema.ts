import * as z from 'zod';
import { Reason } from '../../../../domain/billing/statement/statement.ts';
import { Quarter } from '../../../../domain/kernel/time.ts';
import type { Contract } from '../../../platform/request/contract.ts';

export const reopenQuarter = {
  id: 'reopen-quarter',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: z.strictObject({ quarter: Quarter }),
  body: z.strictObject({
    reason: Reason.shape.code,
    ticket: Reason.shape.ticket.describe("ticket in the vendor's own tracker, such as FIN-1234"),
  }),
  answer: z.object({
    quarter: Quarter,
    state: z.literal('reopened'),
    revision: z.int().describe('of the current statement; the next one has the next number'),
    reason: Reason.shape.code,
    ticket: Reason.shape.ticket,
  }),
} as const satisfies Contract;
