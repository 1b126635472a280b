import { assertRegistered, changeApplication } from '../../../domain/application.ts';
import { dynamoApplications } from '../../adapters/applications.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfApplication } from '../../pipeline/views.ts';
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
