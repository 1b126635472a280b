import { enterpriseOf } from '../../../domain/ids.ts';
import { assertMayBecome, assertOwnsSite, changeSite } from '../../../domain/site.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfSite } from '../../pipeline/views.ts';
import { updateSite } from './schema.ts';

export const handler = serve(
  updateSite,
  { sites: dynamoSites, enterprises: dynamoEnterprises },
  async (request, ports) => {
    const { path, body, caller, at, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
    const before = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const { site, alerts } = changeSite(before, body, caller, at);
    assertMayBecome(before, site, await ports.sites.reference(site.enterprise, site.app, site.ref));
    const answer = viewOfSite(site);
    await ports.sites.record(before, site, { ...change, alerts, outcome: { answer } });
    return answer;
  },
);
