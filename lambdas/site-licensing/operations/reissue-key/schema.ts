import type { Contract } from '../../../platform/request/contract.ts';
import { siteKeyAnswer, sitePath } from '../../shapes/site.ts';

export const reissueKey = {
  id: 'reissue-key',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'key',
  status: 200,
  path: sitePath,
  answer: siteKeyAnswer,
} as const satisfies Contract;
