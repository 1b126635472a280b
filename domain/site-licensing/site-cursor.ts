import { type EnterpriseId, enterpriseOf, SiteId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';

/** Where a page of an enterprise's sites goes on: the last site of the page before. It must be one of that enterprise. */
export function siteCursor(enterpriseId: EnterpriseId, after: string | undefined): SiteId | undefined {
  if (after === undefined) return undefined;
  const site = SiteId.safeParse(after);
  if (!site.success || enterpriseOf(site.data) !== enterpriseId)
    throw new Refusal('invalid-request', 'The page cursor is invalid: expected the `next` of the previous page.', [
      { pointer: '#/query/after', detail: 'must be the `next` of a page of this list' },
    ]);
  return site.data;
}
