import * as z from 'zod';
import { AppId, EnterpriseId } from '../../../domain/ids.ts';
import { keyTimes } from './key.ts';
import { time } from './time.ts';

export const enterprisePath = z.strictObject({ enterpriseId: EnterpriseId });

export const enterpriseKeyAnswer = z.object({ enterpriseId: EnterpriseId, application: AppId, ...keyTimes });

export const enterpriseView = z.object({
  enterpriseId: EnterpriseId,
  status: z.enum(['creating', 'live', 'suspended']),
  createdBy: AppId,
  createdAt: time,
  linkExpiresAt: time.optional().describe('the certificate of its key is renewed by us well before'),
  configurationUsersLimit: z.int(),
});
