import * as z from 'zod';
import { ErrorCollector } from '../../../background/error-collector.ts';
import { invoked } from '../../../background/invoked.ts';
import { orgsOf } from '../../../kernel/orgs.ts';
import { renewResponder } from '../../org-trust.ts';

/** Daily: creates a new responder key for every Org. The previous one stays valid for its 14 days, so a missed day has no effect. */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new ErrorCollector();
  for (const org of orgsOf(runtime)) await failures.attempt(async () => await renewResponder(runtime, org));
  failures.throwIfAny();
});
