import * as z from 'zod';
import { AlertId } from '../../../../../domain/alerts/alert-id.ts';
import type { Contract } from '../../../request/contract.ts';
import { alertView } from '../../shapes/alert.ts';

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
