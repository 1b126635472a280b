import { enterpriseOf } from '../../../domain/ids.ts';
import { assertOwnsSite, deleteSite as deleted } from '../../../domain/site.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfSite } from '../../pipeline/views.ts';
import { deleteSite } from './schema.ts';

export const handler = serve(
  deleteSite,
  { sites: dynamoSites, enterprises: dynamoEnterprises },
  async (request, ports) => {
    const { path, caller, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
    const before = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const site = deleted(before);
    const answer = viewOfSite(site);
    await ports.sites.record(before, site, { ...change, outcome: { answer } });
    return answer;
  },
);
