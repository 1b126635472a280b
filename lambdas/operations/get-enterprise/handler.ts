import { assertInOrg, assertSeesEnterprise } from '../../../domain/visibility.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfEnterprise } from '../../pipeline/views.ts';
import { getEnterprise } from './schema.ts';

export const handler = serve(
  getEnterprise,
  { enterprises: dynamoEnterprises },
  async ({ path, caller }, { enterprises }) => {
    assertInOrg(caller, path.enterpriseId, 'enterprise');
    return viewOfEnterprise(assertSeesEnterprise(caller, await enterprises.findNow(path.enterpriseId)));
  },
);
