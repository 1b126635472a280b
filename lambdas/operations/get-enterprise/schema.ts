import type { Contract } from '../../pipeline/contract.ts';
import { enterprisePath, enterpriseView } from '../../pipeline/shapes/enterprise.ts';

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
