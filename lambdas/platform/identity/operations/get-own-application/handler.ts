import { assertRegistered } from '../../../../../domain/identity/application.ts';
import { isoTime } from '../../../../../domain/kernel/time.ts';
import { serve } from '../../../request/serve.ts';
import { lambdaCertifier } from '../../../trust/certifier.ts';
import { dynamoApplications } from '../../applications.ts';
import { viewOfApplication } from '../../view-of-application.ts';
import { getOwnApplication } from './schema.ts';

const portFactories = { applications: dynamoApplications, certifier: lambdaCertifier };

/** Returns the calling application: its status, its policy, and a token for others. */
export const handler = serve(getOwnApplication, portFactories, async ({ caller }, { applications, certifier }) => {
  const application = assertRegistered(await applications.findNow(caller.org, caller.app));
  const { token, expiresAt } = await certifier.certifyApplication(application);
  return { ...viewOfApplication(application), token, tokenExpiresAt: isoTime(expiresAt) };
});
