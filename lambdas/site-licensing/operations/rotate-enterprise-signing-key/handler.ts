import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { assertEstablished, rotateSigningKey } from '../../../../domain/site-licensing/enterprise.ts';
import { serve } from '../../../platform/request/serve.ts';
import { lambdaCertifier } from '../../../platform/trust/certifier.ts';
import { aliasedEnterpriseKms } from '../../storage/enterprise-kms.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { viewOfEnterprise } from '../../views/enterprise.ts';
import { rotateEnterpriseSigningKey } from './schema.ts';

const portFactories = { enterprises: dynamoEnterprises, kms: aliasedEnterpriseKms, certifier: lambdaCertifier };

/**
 * Each step is idempotent and the record comes last: after a failure, the same request again completes the rotation. A compromised key
 * is disabled before its successor is recorded, so that a repeat after a failure still disables it.
 */
export const handler = serve(
  rotateEnterpriseSigningKey,
  portFactories,
  async ({ path, body, caller, change }, { enterprises, kms, certifier }) => {
    assertInOrg(caller, path.enterpriseId, 'enterprise');
    const before = assertEstablished(assertSeesEnterprise(caller, await enterprises.findNow(path.enterpriseId)));
    const generation = before.generation + 1;
    const kmsKey = await kms.establish(before.id, generation);
    const link = await certifier.certifyEnterprise(before.id, generation);
    if (body.reason === 'compromised') await kms.disable(before.kmsKey);
    const after = rotateSigningKey(before, { generation, kmsKey, link }, body.reason);
    const answer = viewOfEnterprise(after);
    await enterprises.record(before, after, { ...change, outcome: { answer } });
    return answer;
  },
);
