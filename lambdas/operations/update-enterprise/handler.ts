import { changeEnterprise } from '../../../domain/enterprise.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfEnterprise } from '../../pipeline/views.ts';
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
