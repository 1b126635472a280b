import * as z from 'zod';
import { renewResponder } from '../../adapters/org-trust.ts';
import { orgsOf } from '../../adapters/orgs.ts';
import { Failures } from '../../pipeline/failures.ts';
import { invoked } from '../../pipeline/invoked.ts';

/** Daily: a new responder key for every Org. The former stays good for its 14 days, so one missed day harms nobody. */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new Failures();
  for (const org of orgsOf(runtime)) await failures.keep(async () => await renewResponder(runtime, org));
  failures.throwAny();
});
