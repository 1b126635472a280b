import { type ApplicationJwk, applicationKey } from '../domain/identity/application.ts';
import { Policy } from '../domain/identity/policy.ts';
import { AppId, OrgId } from '../domain/kernel/ids.ts';
import type { Client } from '../sdk/client.ts';
import { ProblemError } from '../sdk/problem-error.ts';

/** Org of the local run. */
export const sampleOrg = 'hub';

/** Sample applications with their policies, and finance, which can read names of persons. */
const samples = {
  hwf: { role: 'application', policy: { modes: ['production'], enforcesFor: ['boost'], createEnterprises: 100 } },
  boost: { role: 'application', policy: { modes: ['dev', 'production'], createEnterprises: 100 } },
  finance: { role: 'finance', policy: { modes: ['production'] } },
} as const satisfies Record<SampleName, unknown>;
export const sampleNames = ['hwf', 'boost', 'finance'] as const;
export type SampleName = (typeof sampleNames)[number];

/**
 * Registers a sample application with a key. An existing application keeps its policy; a new key replaces its key.
 *
 * @returns the keyid
 */
export async function registerSample(operator: Client, name: SampleName, publicKey: ApplicationJwk): Promise<string> {
  const { role, policy } = samples[name];
  try {
    await operator.call('register-application', { application: name, role, publicKey, policy: Policy.parse(policy) });
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
