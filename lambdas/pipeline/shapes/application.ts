import * as z from 'zod';
import { keyAlgorithms } from '../../../domain/application.ts';
import { AppId, KeyId } from '../../../domain/ids.ts';
import { Policy, role } from '../../../domain/policy.ts';
import { time } from './time.ts';

export const applicationPath = z.strictObject({ applicationId: AppId });

export const applicationView = z.object({
  application: AppId,
  role,
  status: z.enum(['live', 'suspended']),
  policy: Policy,
  keys: z.array(
    z.object({
      keyid: KeyId,
      alg: z.enum(keyAlgorithms),
      notAfter: time.optional().describe('set by a rotation: from then on it signs no more'),
    }),
  ),
  createdAt: time,
});
