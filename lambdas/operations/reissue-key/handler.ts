import { assertIssues } from '../../../domain/enterprise.ts';
import { enterpriseOf } from '../../../domain/ids.ts';
import { decideReissue } from '../../../domain/refresh.ts';
import { assertOwnsSite, holderOf } from '../../../domain/site.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { kmsKeyIssuer } from '../../adapters/key-issuer.ts';
import { sealedKeyRepeater } from '../../adapters/key-repeater.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { dynamoSweepProgress } from '../../adapters/sweep-progress.ts';
import { issueSiteKey, keyRequest, siteKeyAnswerOf } from '../../pipeline/issue-key.ts';
import { repeatSiteKey, stillRecorded } from '../../pipeline/repeat-key.ts';
import { serve } from '../../pipeline/serve.ts';
import { settleDormancy } from '../../pipeline/settle-dormancy.ts';
import { reissueKey } from './schema.ts';

const needs = {
  sites: dynamoSites,
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: sealedKeyRepeater,
  sweep: dynamoSweepProgress,
};

export const handler = serve(
  reissueKey,
  needs,
  async (request, ports) => {
    const { path, caller, at, change } = request;
    assertInOrg(caller, path.siteId, 'site');
    const enterprise = assertIssues(
      assertSeesEnterprise(caller, await ports.enterprises.findNow(enterpriseOf(path.siteId))),
      at,
    );
    const found = assertOwnsSite(caller, await ports.sites.find(path.siteId));
    const before = await settleDormancy(found, at, ports);
    const { generation, alerts } = decideReissue(holderOf(before), caller, at);
    const awake = { ...before, status: 'live' } as const;
    const { site, token } = await issueSiteKey(
      awake,
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
