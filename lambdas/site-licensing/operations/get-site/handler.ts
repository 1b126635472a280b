import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { enterpriseOf } from '../../../../domain/kernel/ids.ts';
import { assertSeesSite, siteAt } from '../../../../domain/site-licensing/site.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { viewOfSite } from '../../views/site.ts';
import { getSite } from './schema.ts';

export const handler = serve(
  getSite,
  { sites: dynamoSites, enterprises: dynamoEnterprises },
  async ({ path, caller, at }, ports) => {
    assertInOrg(caller, path.siteId, 'site');
    assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
    return viewOfSite(siteAt(assertSeesSite(caller, await ports.sites.find(path.siteId)), at));
  },
);
