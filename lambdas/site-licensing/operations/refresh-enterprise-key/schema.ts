import * as z from 'zod';
import type { Contract } from '../../../platform/request/contract.ts';
import { enterpriseKeyAnswer, enterprisePath } from '../../shapes/enterprise.ts';
import { siteKey } from '../../shapes/key.ts';

export const refreshEnterpriseKey = {
  id: 'refresh-enterprise-key',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application'],
  effect: 'refresh',
  status: 200,
  presents: 'enterprise-key+jwt',
  path: enterprisePath,
  body: z.strictObject({ key: siteKey.describe('the current key of the enterprise for this application') }),
  answer: enterpriseKeyAnswer,
} as const satisfies Contract;
