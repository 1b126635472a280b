import { applicationKey, assertNew } from '../../../../../domain/identity/application.ts';
import { serve } from '../../../request/serve.ts';
import { dynamoApplications } from '../../applications.ts';
import { viewOfApplication } from '../../view-of-application.ts';
import { registerApplication } from './schema.ts';

export const handler = serve(
  registerApplication,
  { applications: dynamoApplications },
  async ({ body, caller, at, change }, { applications }) => {
    const { application: app, role, policy, publicKey } = body;
    assertNew(await applications.findNow(caller.org, app));
    const keys = [await applicationKey(caller.org, app, publicKey)];
    const application = { org: caller.org, app, role, status: 'live', policy, keys, createdAt: at } as const;
    const answer = viewOfApplication(application);
    await applications.record(undefined, application, { ...change, outcome: { answer } });
    return answer;
  },
);
