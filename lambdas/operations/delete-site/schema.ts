import type { Contract } from '../../pipeline/contract.ts';
import { sitePath, siteView } from '../../pipeline/shapes/site.ts';

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
