import { serve } from '../../../platform/request/serve.ts';
import { dynamoAdminList } from '../../storage/admin-list.ts';
import { listAdmins } from './schema.ts';

/** Lists the admins in the latest manifests of a quarter. The read is recorded before the response. */
export const handler = serve(
  listAdmins,
  { list: dynamoAdminList },
  async ({ path: { quarter }, query, caller: { org, app: reader }, at, change }, { list }) => {
    const page = await list.page({ ...query, org, quarter, at });
    await list.recordRead({ org, quarter, reader, people: page.admins.length }, change);
    return page;
  },
);
