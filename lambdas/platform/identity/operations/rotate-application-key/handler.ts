import { applicationKey, assertRegistered, rotateKey } from '../../../../../domain/identity/application.ts';
import { hour } from '../../../../../domain/kernel/time.ts';
import { serve } from '../../../request/serve.ts';
import { dynamoApplications } from '../../applications.ts';
import { viewOfApplication } from '../../view-of-application.ts';
import { rotateApplicationKey } from './schema.ts';

export const handler = serve(
  rotateApplicationKey,
  { applications: dynamoApplications },
  async ({ path, body, caller, at, change }, { applications }) => {
    const before = assertRegistered(await applications.findNow(caller.org, path.applicationId));
    const fresh = await applicationKey(caller.org, before.app, body.publicKey);
    const after = rotateKey(before, fresh, at, body.overlapHours * hour);
    const answer = viewOfApplication(after);
    await applications.record(before, after, { ...change, outcome: { answer } });
    return answer;
  },
);
