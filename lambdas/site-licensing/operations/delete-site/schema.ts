import type { Contract } from '../../../platform/request/contract.ts';
import { sitePath, siteView } from '../../shapes/site.ts';

export const deleteSite = {
  id: 'delete-site',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application'],
  effect: 'change',
  status: 200,
  path: sitePath,
  answer: siteView,
} as const satisfies Contract;
