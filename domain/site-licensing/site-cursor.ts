import { type EnterpriseId, enterpriseOf, SiteId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';

/** Parses the cursor of an enterprise's sites: the last site of the previous page. @throws invalid-request for a site of another enterprise */
export function siteCursor(enterpriseId: EnterpriseId, after: string | undefined): SiteId | undefined {
  if (after === undefined) return undefined;
  const site = SiteId.safeParse(after);
  if (!site.success || enterpriseOf(site.data) !== enterpriseId)
    throw new Refusal('invalid-request', 'The page cursor is invalid: expected the `next` of the previous page.', [
      { pointer: '#/query/after', detail: 'must be the `next` of a page of this list' },
    ]);
  return site.data;
}
