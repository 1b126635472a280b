import * as z from 'zod';
import type { Contract } from '../../../platform/request/contract.ts';
import { nextPage, pageQuery } from '../../../platform/request/shapes/page.ts';
import { enterprisePath } from '../../shapes/enterprise.ts';
import { siteView } from '../../shapes/site.ts';

export const listSites = {
  id: 'list-sites',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application', 'operator'],
  effect: 'read',
  status: 200,
  path: enterprisePath,
  query: z.strictObject(pageQuery),
  answer: z.object({ sites: z.array(siteView), next: nextPage }),
} as const satisfies Contract;
