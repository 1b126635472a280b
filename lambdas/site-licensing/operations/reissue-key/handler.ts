import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { enterpriseOf } from '../../../../domain/kernel/ids.ts';
import { assertIssues } from '../../../../domain/site-licensing/enterprise.ts';
import { decideReissue } from '../../../../domain/site-licensing/refresh.ts';
import { assertOwnsSite, holderOf } from '../../../../domain/site-licensing/site.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoSweepProgress } from '../../../platform/storage/sweep-progress.ts';
import { ensureDormancyRecorded } from '../../dormancy/record-dormancy.ts';
import { issueSiteKey, keyRequest, siteKeyAnswerOf } from '../../keys/issue-key.ts';
import { repeatSiteKey, stillRecorded } from '../../keys/repeat-key.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { kmsKeyIssuer } from '../../storage/key-issuer.ts';
import { storedKeyRepeater } from '../../storage/key-repeater.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { reissueKey } from './schema.ts';

const portFactories = {
  sites: dynamoSites,
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: storedKeyRepeater,
  sweep: dynamoSweepProgress,
};

export const handler = serve(
  reissueKey,
  portFactories,
  async (request, ports) => {
    const { path, caller, at, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    const enterprise = assertIssues(
      assertSeesEnterprise(caller, await ports.enterprises.findNow(enterpriseOf(path.siteId))),
      at,
    );
    const found = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const before = await ensureDormancyRecorded(found, at, ports);
    const { generation, alerts } = decideReissue(holderOf(before), caller, at);
    const reactivated = { ...before, status: 'live' } as const;
    const { site, token } = await issueSiteKey(
      reactivated,
      generation,
      enterprise,
      { served: request, key: keyRequest(request) },
      ports,
    );
    await ports.sites.record(before, site, { ...change, alerts, outcome: { site: site.id, jti: site.key.jti } });
    return siteKeyAnswerOf(site, token);
  },
  async ({ idempotencyKey }, { sites, repeater }, outcome) => {
    const site = stillRecorded(outcome, outcome.site && (await sites.find(outcome.site)));
    return await repeatSiteKey(site, idempotencyKey, repeater);
  },
);
