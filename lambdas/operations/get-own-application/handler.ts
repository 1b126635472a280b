import { assertRegistered } from '../../../domain/application.ts';
import { isoTime } from '../../../domain/time.ts';
import { dynamoApplications } from '../../adapters/applications.ts';
import { lambdaCertifier } from '../../adapters/certifier.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfApplication } from '../../pipeline/views.ts';
import { getOwnApplication } from './schema.ts';

const needs = { applications: dynamoApplications, certifier: lambdaCertifier };

/** Call home: am I known, what may I. */
export const handler = serve(getOwnApplication, needs, async ({ caller }, { applications, certifier }) => {
  const application = assertRegistered(await applications.findNow(caller.org, caller.app));
  const { token, expiresAt } = await certifier.certifyApplication(application);
  return { ...viewOfApplication(application), token, tokenExpiresAt: isoTime(expiresAt) };
});
