import { enterpriseOf } from '../../../domain/ids.ts';
import { assertOwnsSite, deleteSite as deleted } from '../../../domain/site.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { dynamoSweepProgress } from '../../adapters/sweep-progress.ts';
import { serve } from '../../pipeline/serve.ts';
import { settleDormancy } from '../../pipeline/settle-dormancy.ts';
import { viewOfSite } from '../../pipeline/views.ts';
import { deleteSite } from './schema.ts';

export const handler = serve(
  deleteSite,
  { sites: dynamoSites, enterprises: dynamoEnterprises, sweep: dynamoSweepProgress },
  async (request, ports) => {
    const { path, caller, at, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
    const found = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const before = await settleDormancy(found, at, ports);
    const { site, alerts } = deleted(before, at);
    const answer = viewOfSite(site);
    await ports.sites.record(before, site, { ...change, alerts, outcome: { answer } });
    return answer;
  },
);
