import { assertRegistered } from '../../../../domain/identity/application.ts';
import { servedApplication } from '../../../../domain/identity/policy.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { assertIssues, decideEnterpriseReissue } from '../../../../domain/site-licensing/enterprise.ts';
import { dynamoApplications } from '../../../platform/identity/applications.ts';
import { serve } from '../../../platform/request/serve.ts';
import { enterpriseKeyAnswerOf, issueEnterpriseKey, keyRequest } from '../../keys/issue-key.ts';
import { repeatEnterpriseKey, stillRecorded } from '../../keys/repeat-key.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { kmsKeyIssuer } from '../../storage/key-issuer.ts';
import { storedKeyRepeater } from '../../storage/key-repeater.ts';
import { reissueEnterpriseKey } from './schema.ts';

const portFactories = {
  applications: dynamoApplications,
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: storedKeyRepeater,
};

/** Reissues an enterprise key; also issues the first key of an application that begins to serve the enterprise. */
export const handler = serve(
  reissueEnterpriseKey,
  portFactories,
  async (request, ports) => {
    const { path, body, caller, at, change } = request;
    assertInOrg(caller, path.enterpriseId, 'enterprise');
    const app = servedApplication(caller, body.application);
    assertRegistered(await ports.applications.findNow(caller.org, app));
    const enterprise = assertIssues(
      assertSeesEnterprise(caller, await ports.enterprises.findNow(path.enterpriseId)),
      at,
    );
    const before = await ports.enterprises.key(enterprise.id, app);
    const { generation, alerts } = decideEnterpriseReissue(before, caller, at);
    const of = before ?? { enterprise: enterprise.id, app };
    const { after, token } = await issueEnterpriseKey(
      of,
      generation,
      enterprise,
      { served: request, key: keyRequest(request) },
      ports,
    );
    await ports.enterprises.recordKey(before, after, {
      ...change,
      alerts,
      outcome: { enterprise: enterprise.id, jti: after.key.jti },
    });
    return enterpriseKeyAnswerOf(enterprise.id, app, after.key, token);
  },
  async ({ caller, body, idempotencyKey }, { enterprises, repeater }, outcome) => {
    const app = servedApplication(caller, body.application);
    const held = stillRecorded(outcome, outcome.enterprise && (await enterprises.key(outcome.enterprise, app)));
    return await repeatEnterpriseKey(held, idempotencyKey, repeater);
  },
);
