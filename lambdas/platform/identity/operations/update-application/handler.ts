import { assertRegistered, changeApplication } from '../../../../../domain/identity/application.ts';
import { serve } from '../../../request/serve.ts';
import { dynamoApplications } from '../../applications.ts';
import { viewOfApplication } from '../../view-of-application.ts';
import { updateApplication } from './schema.ts';

export const handler = serve(
  updateApplication,
  { applications: dynamoApplications },
  async ({ path, body, caller, change }, { applications }) => {
    const before = assertRegistered(await applications.findNow(caller.org, path.applicationId));
    const after = changeApplication(before, body, caller);
    const answer = viewOfApplication(after);
    await applications.record(before, after, { ...change, outcome: { answer } });
    return answer;
  },
);
