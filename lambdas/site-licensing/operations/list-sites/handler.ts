import { assertInOrg, assertSeesEnterprise, seesKeysOf } from '../../../../domain/identity/visibility.ts';
import { siteAt } from '../../../../domain/site-licensing/site.ts';
import { siteCursor } from '../../../../domain/site-licensing/site-cursor.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { viewOfSite } from '../../views/site.ts';
import { listSites } from './schema.ts';

/** Filters sites of other applications after reading: a page may be shorter than its limit. */
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
