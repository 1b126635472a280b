import { serve } from '../../../platform/request/serve.ts';
import { dynamoPersons } from '../../storage/admins.ts';
import { eraseAdmin } from './schema.ts';

/** Erases a person. Neither the audit event nor the idempotency record has a name or an address. */
export const handler = serve(eraseAdmin, { persons: dynamoPersons }, async ({ body, caller, change }, { persons }) => {
  const { org, app } = caller;
  const entries = await persons.erase({ org, app, email: body.email }, found => ({
    ...change,
    outcome: { answer: { entries: found } },
  }));
  return { entries };
});
