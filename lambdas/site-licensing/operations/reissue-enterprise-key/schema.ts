import * as z from 'zod';
import { AppId } from '../../../../domain/kernel/ids.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { enterpriseKeyAnswer, enterprisePath } from '../../shapes/enterprise.ts';

export const reissueEnterpriseKey = {
  id: 'reissue-enterprise-key',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'key',
  status: 200,
  path: enterprisePath,
  body: z.strictObject({
    application: AppId.optional().describe(
      'operators only: the application whose key is reissued; default: the calling application',
    ),
  }),
  answer: enterpriseKeyAnswer,
} as const satisfies Contract;
