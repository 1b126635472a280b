import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { enterpriseOf } from '../../../../domain/kernel/ids.ts';
import { assertIssues } from '../../../../domain/site-licensing/enterprise.ts';
import { decideRefresh } from '../../../../domain/site-licensing/refresh.ts';
import { assertOwnsSite, holderOf } from '../../../../domain/site-licensing/site.ts';
import { assertKeyOf } from '../../../platform/request/presented-key.ts';
import { serve } from '../../../platform/request/serve.ts';
import { issueSiteKey, keyRequest, siteKeyAnswerOf } from '../../keys/issue-key.ts';
import { repeatSiteKey } from '../../keys/repeat-key.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { kmsKeyIssuer } from '../../storage/key-issuer.ts';
import { storedKeyRepeater } from '../../storage/key-repeater.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { refreshKey } from './schema.ts';

const portFactories = {
  sites: dynamoSites,
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: storedKeyRepeater,
};

export const handler = serve(refreshKey, portFactories, async (request, ports) => {
  const { path, body, presented, caller, at, change, idempotencyKey } = request;
  assertInOrg(caller, path.siteId, 'site');
  assertKeyOf(presented, `site:${path.siteId}`);
  const enterprise = assertSeesEnterprise(caller, await ports.enterprises.find(enterpriseOf(path.siteId)));
  const before = assertOwnsSite(caller, await ports.sites.find(path.siteId));
  const issuing = assertIssues(enterprise, at, await ports.enterprises.isSuspended(enterprise.id));
  const key = keyRequest(request, { presented: presented.jti, mode: body.mode });
  const decision = decideRefresh(holderOf(before), { caller, request: key, presented }, at);
  if (decision.outcome === 'repeat') return await repeatSiteKey(before, idempotencyKey, ports.repeater);
  const promoted = { ...before, mode: decision.mode ?? before.mode };
  const { site, token } = await issueSiteKey(promoted, decision.generation, issuing, { served: request, key }, ports);
  await ports.sites.record(before, site, { ...change, alerts: decision.alerts });
  return siteKeyAnswerOf(site, token);
});
