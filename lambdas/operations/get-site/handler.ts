import { enterpriseOf } from '../../../domain/ids.ts';
import { assertSeesSite, siteAt } from '../../../domain/site.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfSite } from '../../pipeline/views.ts';
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
