import type { Contract } from '../../../platform/request/contract.ts';
import { sitePath, siteView } from '../../shapes/site.ts';

export const getSite = {
  id: 'get-site',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'read',
  status: 200,
  path: sitePath,
  answer: siteView,
} as const satisfies Contract;
