import * as z from 'zod';
import type { Contract } from '../../pipeline/contract.ts';
import { enterprisePath } from '../../pipeline/shapes/enterprise.ts';
import { nextPage, pageQuery } from '../../pipeline/shapes/page.ts';
import { siteView } from '../../pipeline/shapes/site.ts';

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
