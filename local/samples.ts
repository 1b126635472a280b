import { type ApplicationJwk, applicationKey } from '../domain/application.ts';
import { AppId, OrgId } from '../domain/ids.ts';
import type { Client } from '../sdk/client.ts';
import { ProblemError } from '../sdk/problem-error.ts';

/** The product line of the local run. */
export const sampleOrg = 'hub';

/** Its first two applications, as their contracts say. */
const policies: Readonly<Record<SampleName, { modes: ('dev' | 'production')[]; enforcesFor?: string[] }>> = {
  hwf: { modes: ['production'], enforcesFor: ['boost'] },
  boost: { modes: ['dev', 'production'] },
};
export const sampleNames = ['hwf', 'boost'] as const;
export type SampleName = (typeof sampleNames)[number];

/**
 * Registers a sample application with this key. One that is there keeps its policy; a key that it does not know yet takes over.
 *
 * @returns the keyid
 */
export async function registerSample(operator: Client, name: SampleName, publicKey: ApplicationJwk): Promise<string> {
  const policy = { ...policies[name], createEnterprises: 100 };
  try {
    await operator.call('register-application', { application: name, publicKey, policy });
  } catch (error) {
    if (!isProblem(error, 'application-exists')) throw error;
    await adoptKey(operator, name, publicKey);
  }
  return (await applicationKey(OrgId.parse(sampleOrg), AppId.parse(name), publicKey)).keyid;
}

async function adoptKey(operator: Client, applicationId: SampleName, publicKey: ApplicationJwk): Promise<void> {
  try {
    await operator.call('rotate-application-key', { applicationId, publicKey, overlapHours: 0 });
  } catch (error) {
    if (!isProblem(error, 'application-key-exists')) throw error;
  }
}

function isProblem(error: unknown, code: string): boolean {
  return error instanceof ProblemError && error.code === code;
}
