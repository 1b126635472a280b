import * as z from 'zod';
import { OrgId } from '../../../domain/ids.ts';
import { renewResponder } from '../../adapters/org-trust.ts';
import { setting } from '../../environment.ts';
import { Failures } from '../../pipeline/failures.ts';
import { invoked } from '../../pipeline/invoked.ts';

/** Daily: a new responder key for every Org. The former stays good for its 14 days, so one missed day harms nobody. */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new Failures();
  for (const org of setting(runtime, 'ORGS').split(','))
    await failures.keep(async () => await renewResponder(runtime, OrgId.parse(org)));
  failures.throwAny();
});
