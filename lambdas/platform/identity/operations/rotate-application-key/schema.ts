import * as z from 'zod';
import { ApplicationJwk } from '../../../../../domain/identity/application.ts';
import type { Contract } from '../../../request/contract.ts';
import { applicationPath, applicationView } from '../../shapes/application.ts';

export const rotateApplicationKey = {
  id: 'rotate-application-key',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 200,
  path: applicationPath,
  body: z.strictObject({
    publicKey: ApplicationJwk.describe('the new public key; valid at once'),
    overlapHours: z
      .int()
      .min(0)
      .max(168)
      .default(24)
      .describe('hours for which the old keys stay valid; 0 for a stolen key'),
  }),
  answer: applicationView,
} as const satisfies Contract;
