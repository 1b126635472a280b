import * as z from 'zod';
import { AppId, EnterpriseId } from '../../../domain/kernel/ids.ts';
import { rotationReasons } from '../../../domain/site-licensing/enterprise.ts';
import { time } from '../../platform/request/shapes/time.ts';
import { keyTimes } from './key.ts';

export const enterprisePath = z.strictObject({ enterpriseId: EnterpriseId });

export const enterpriseKeyAnswer = z.object({ enterpriseId: EnterpriseId, application: AppId, ...keyTimes });

export const enterpriseView = z.object({
  enterpriseId: EnterpriseId,
  status: z.enum(['creating', 'live', 'suspended']),
  createdBy: AppId,
  createdAt: time,
  signingKey: z
    .object({ generation: z.int(), kid: z.string().describe('RFC 7638 thumbprint') })
    .optional()
    .describe('the KMS key that signs the keys of the enterprise'),
  previousSigningKey: z
    .object({ generation: z.int(), kid: z.string(), reason: z.enum(rotationReasons), expiresAt: time })
    .optional()
    .describe('the previous key; what it signed is valid until `expiresAt` at the latest'),
  linkExpiresAt: time.optional().describe('the server renews the certificate of its key well before'),
  configurationUsersLimit: z.int(),
});
