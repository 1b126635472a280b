import { assertInOrg, assertSeesEnterprise } from '../../../../domain/identity/visibility.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { viewOfEnterprise } from '../../views/enterprise.ts';
import { getEnterprise } from './schema.ts';

export const handler = serve(
  getEnterprise,
  { enterprises: dynamoEnterprises },
  async ({ path, caller }, { enterprises }) => {
    assertInOrg(caller, path.enterpriseId, 'enterprise');
    return viewOfEnterprise(assertSeesEnterprise(caller, await enterprises.findNow(path.enterpriseId)));
  },
);
