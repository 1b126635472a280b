import { siteAt } from '../../../domain/site.ts';
import { siteCursor } from '../../../domain/site-cursor.ts';
import { assertInOrg, assertSeesEnterprise, seesKeysOf } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfSite } from '../../pipeline/views.ts';
import { listSites } from './schema.ts';

/** Sites of applications that the caller may not see are left out after reading: a page may be shorter than its limit. */
export const handler = serve(
  listSites,
  { sites: dynamoSites, enterprises: dynamoEnterprises },
  async ({ path, query, caller, at }, ports) => {
    assertInOrg(caller, path.enterpriseId, 'enterprise');
    const enterprise = assertSeesEnterprise(caller, await ports.enterprises.find(path.enterpriseId));
    const page = await ports.sites.page(enterprise.id, siteCursor(enterprise.id, query.after), query.limit);
    const seen = page.sites.filter(site => seesKeysOf(caller, site.app));
    const sites = seen.map(site => viewOfSite(siteAt(site, at)));
    return { sites, ...(page.next && { next: page.next }) };
  },
);
