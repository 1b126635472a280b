import { chooseMode } from '../../../../domain/identity/policy.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { newSiteId } from '../../../../domain/kernel/ids.ts';
import { assertIssues } from '../../../../domain/site-licensing/enterprise.ts';
import { assertMayCreate } from '../../../../domain/site-licensing/site.ts';
import { serve } from '../../../platform/request/serve.ts';
import { issueSiteKey, keyRequest, siteKeyAnswerOf } from '../../keys/issue-key.ts';
import { repeatSiteKey, stillRecorded } from '../../keys/repeat-key.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { kmsKeyIssuer } from '../../storage/key-issuer.ts';
import { storedKeyRepeater } from '../../storage/key-repeater.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { createSite } from './schema.ts';

const portFactories = {
  sites: dynamoSites,
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: storedKeyRepeater,
};

export const handler = serve(
  createSite,
  portFactories,
  async (request, ports) => {
    const { body, caller, at, change } = request;
    const mode = chooseMode(caller.policy, body.mode);
    assertInOrg(caller, body.enterpriseId, 'enterprise');
    const enterprise = assertIssues(
      assertSeesEnterprise(caller, await ports.enterprises.findNow(body.enterpriseId)),
      at,
    );
    const reference = await ports.sites.reference(enterprise.id, caller.app, body.siteRef);
    assertMayCreate(reference, { mode, state: body.state });
    const id = newSiteId(enterprise.id, ports.runtime.random(10));
    const names = { id, org: caller.org, enterprise: enterprise.id, app: caller.app, ref: body.siteRef };
    const fresh = { ...names, mode, state: body.state, status: 'live', createdAt: at } as const;
    const key = keyRequest(request, { mode: body.mode });
    const { site, token } = await issueSiteKey(fresh, 1, enterprise, { served: request, key }, ports);
    await ports.sites.record(undefined, site, { ...change, outcome: { site: id, jti: site.key.jti } }, reference);
    return siteKeyAnswerOf(site, token);
  },
  async ({ idempotencyKey }, { sites, repeater }, outcome) => {
    const site = stillRecorded(outcome, outcome.site && (await sites.find(outcome.site)));
    return await repeatSiteKey(site, idempotencyKey, repeater);
  },
);
