import * as z from 'zod';
import { AlertId } from '../../../domain/alert-id.ts';
import type { Contract } from '../../pipeline/contract.ts';
import { alertView } from '../../pipeline/shapes/alert.ts';

export const acknowledgeAlert = {
  id: 'acknowledge-alert',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: z.strictObject({ alertId: AlertId }),
  answer: alertView,
} as const satisfies Contract;
