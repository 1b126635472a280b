import * as z from 'zod';
import { keyAlgorithms } from '../../../../domain/identity/application.ts';
import { Policy, role } from '../../../../domain/identity/policy.ts';
import { AppId, KeyId } from '../../../../domain/kernel/ids.ts';
import { time } from '../../request/shapes/time.ts';

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
      notAfter: time.optional().describe('set by a rotation: the key is invalid from then on'),
    }),
  ),
  createdAt: time,
});
