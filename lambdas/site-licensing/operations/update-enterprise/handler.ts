import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { changeEnterprise } from '../../../../domain/site-licensing/enterprise.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { viewOfEnterprise } from '../../views/enterprise.ts';
import { updateEnterprise } from './schema.ts';

export const handler = serve(
  updateEnterprise,
  { enterprises: dynamoEnterprises },
  async ({ path, body, caller, change }, { enterprises }) => {
    assertInOrg(caller, path.enterpriseId, 'enterprise');
    const before = assertSeesEnterprise(caller, await enterprises.findNow(path.enterpriseId));
    const after = changeEnterprise(before, { status: body.status, configurationUsers: body.configurationUsersLimit });
    const answer = viewOfEnterprise(after);
    await enterprises.record(before, after, { ...change, outcome: { answer } });
    return answer;
  },
);
