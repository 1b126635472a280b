import { assertIssues, assertServes, holderOfEnterpriseKey } from '../../../domain/enterprise.ts';
import { decideRefresh } from '../../../domain/refresh.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { kmsKeyIssuer } from '../../adapters/key-issuer.ts';
import { sealedKeyRepeater } from '../../adapters/key-repeater.ts';
import { enterpriseKeyAnswerOf, issueEnterpriseKey, keyRequest } from '../../pipeline/issue-key.ts';
import { assertKeyOf } from '../../pipeline/presented-key.ts';
import { repeatEnterpriseKey } from '../../pipeline/repeat-key.ts';
import { serve } from '../../pipeline/serve.ts';
import { refreshEnterpriseKey } from './schema.ts';

const needs = {
  enterprises: dynamoEnterprises,
  issuer: kmsKeyIssuer,
  repeater: sealedKeyRepeater,
};

export const handler = serve(refreshEnterpriseKey, needs, async (request, ports) => {
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
