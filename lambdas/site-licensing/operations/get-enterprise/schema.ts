import type { Contract } from '../../../platform/request/contract.ts';
import { enterprisePath, enterpriseView } from '../../shapes/enterprise.ts';

export const getEnterprise = {
  id: 'get-enterprise',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'read',
  status: 200,
  path: enterprisePath,
  answer: enterpriseView,
} as const satisfies Contract;
