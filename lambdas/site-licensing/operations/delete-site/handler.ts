import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { enterpriseOf } from '../../../../domain/kernel/ids.ts';
import { assertOwnsSite, deleteSite as deleted } from '../../../../domain/site-licensing/site.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoSweepProgress } from '../../../platform/storage/sweep-progress.ts';
import { ensureDormancyRecorded } from '../../dormancy/record-dormancy.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { viewOfSite } from '../../views/site.ts';
import { deleteSite } from './schema.ts';

export const handler = serve(
  deleteSite,
  { sites: dynamoSites, enterprises: dynamoEnterprises, sweep: dynamoSweepProgress },
  async (request, ports) => {
    const { path, caller, at, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
    const found = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const before = await ensureDormancyRecorded(found, at, ports);
    const { site, alerts } = deleted(before, at);
    const answer = viewOfSite(site);
    await ports.sites.record(before, site, { ...change, alerts, outcome: { answer } });
    return answer;
  },
);
