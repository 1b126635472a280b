import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { assertIssues, assertServes, holderOfEnterpriseKey } from '../../../../domain/site-licensing/enterprise.ts';
import { decideRefresh } from '../../../../domain/site-licensing/refresh.ts';
import { assertKeyOf } from '../../../platform/request/presented-key.ts';
import { serve } from '../../../platform/request/serve.ts';
import { enterpriseKeyAnswerOf, issueEnterpriseKey, keyRequest } from '../../keys/issue-key.ts';
import { repeatEnterpriseKey } from '../../keys/repeat-key.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { kmsKeyIssuer } from '../../storage/key-issuer.ts';
import { storedKeyRepeater } from '../../storage/key-repeater.ts';
import { refreshEnterpriseKey } from './schema.ts';

const portFactories = {
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: storedKeyRepeater,
};

export const handler = serve(refreshEnterpriseKey, portFactories, async (request, ports) => {
  const { path, presented, caller, at, change, idempotencyKey } = request;
  assertInOrg(caller, path.enterpriseId, 'enterprise');
  assertKeyOf(presented, `enterprise:${path.enterpriseId}`);
  assertServes(presented, caller.app);
  const enterprise = assertSeesEnterprise(caller, await ports.enterprises.find(path.enterpriseId));
  const issuing = assertIssues(enterprise, at, await ports.enterprises.isSuspended(enterprise.id));
  const before = assertServes(await ports.enterprises.key(enterprise.id, caller.app), caller.app);
  const key = keyRequest(request, { presented: presented.jti });
  const decision = decideRefresh(holderOfEnterpriseKey(before), { caller, request: key, presented }, at);
  if (decision.outcome === 'repeat') return await repeatEnterpriseKey(before, idempotencyKey, ports.repeater);
  const { after, token } = await issueEnterpriseKey(
    before,
    decision.generation,
    issuing,
    { served: request, key },
    ports,
  );
  await ports.enterprises.recordKey(before, after, { ...change, alerts: decision.alerts });
  return enterpriseKeyAnswerOf(enterprise.id, caller.app, after.key, token);
});
