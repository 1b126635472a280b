import { enterpriseOf } from '../../../domain/ids.ts';
import { assertMayBecome, assertOwnsSite, changeSite } from '../../../domain/site.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { dynamoSweepProgress } from '../../adapters/sweep-progress.ts';
import { serve } from '../../pipeline/serve.ts';
import { settleDormancy } from '../../pipeline/settle-dormancy.ts';
import { viewOfSite } from '../../pipeline/views.ts';
import { updateSite } from './schema.ts';

export const handler = serve(
  updateSite,
  { sites: dynamoSites, enterprises: dynamoEnterprises, sweep: dynamoSweepProgress },
  async (request, ports) => {
    const { path, body, caller, at, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
    const found = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const before = await settleDormancy(found, at, ports);
    const { site, alerts } = changeSite(before, body, caller, at);
    assertMayBecome(before, site, await ports.sites.reference(site.enterprise, site.app, site.ref));
    const answer = viewOfSite(site);
    await ports.sites.record(before, site, { ...change, alerts, outcome: { answer } });
    return answer;
  },
);
