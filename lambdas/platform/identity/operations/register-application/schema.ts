import * as z from 'zod';
import { ApplicationJwk } from '../../../../../domain/identity/application.ts';
import { Policy, role } from '../../../../../domain/identity/policy.ts';
import { AppId } from '../../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../request/contract.ts';
import { applicationView } from '../../shapes/application.ts';

export const registerApplication = {
  id: 'register-application',
  auth: 'signature',
  face: 'problem+json',
  callers: ['operator'],
  effect: 'change',
  status: 201,
  body: z.strictObject({
    application: AppId,
    role: role.default('application'),
    publicKey: ApplicationJwk.describe('the public half of its application key: Ed25519 or P-256'),
    policy: Policy,
  }),
  answer: applicationView,
} as const satisfies Contract;
