import * as z from 'zod';
import { type Mode, mode, type OfflinePolicy } from '../chain/levels.ts';
import { AppId, EnterpriseId, type KeyId, type OrgId } from '../kernel/ids.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import { day, hour } from '../kernel/time.ts';

/** The policy of an application. It is configuration, so that the code is independent of individual applications (docs/rules.md 3.1). */
export const Policy = z.strictObject({
  modes: z
    .array(mode)
    .min(1)
    .max(2)
    .describe('modes that it may use; when there is one only, requests may omit the mode'),
  createEnterprises: z.int().min(0).max(100_000).default(0).describe('number of enterprises that it may create'),
  enforcesFor: z.array(AppId).max(20).default([]).describe('other applications whose keys it may check and report'),
  enterprises: z
    .union([z.literal('all'), z.array(EnterpriseId).max(200)])
    .default('all')
    .describe('enterprises that it serves, besides those that it created'),
  cacheSeconds: z.int().min(60).max(hour).default(hour).describe('seconds for which it may cache a verdict'),
  graceSeconds: z
    .int()
    .min(0)
    .max(5 * day)
    .default(5 * day)
    .describe('seconds for which it may continue offline'),
});
export type Policy = z.infer<typeof Policy>;

/** Returns the part of a policy that the Org signs, so that a guard can apply it offline. */
export function offlinePolicy({ enforcesFor, enterprises, cacheSeconds, graceSeconds }: Policy): OfflinePolicy {
  return { enforcesFor, enterprises: enterprises === 'all' ? 'all' : 'listed', cacheSeconds, graceSeconds };
}

/** Roles of callers. `finance` can only read the names of application admins. */
export const role = z.enum(['application', 'operator', 'finance']);
export type Role = z.infer<typeof role>;

/** The authenticated application that makes a request. */
export interface Caller {
  readonly org: OrgId;
  readonly app: AppId;
  readonly role: Role;
  readonly keyid: KeyId;
  readonly policy: Policy;
}

export function isOperator(caller: Caller): boolean {
  return caller.role === 'operator';
}

/** Returns the mode of a new site; the request must state it where the policy allows both. @throws mode-required, mode-not-allowed */
export function chooseMode(policy: Policy, asked: Mode | undefined): Mode {
  const [only, ...others] = policy.modes;
  if (!asked && only && others.length === 0) return only;
  if (!asked)
    throw new Refusal('mode-required', `The mode is missing: expected ${policy.modes.join(' or ')}.`, [
      { pointer: '#/body/mode', detail: 'is missing' },
    ]);
  if (!policy.modes.includes(asked))
    throw new Refusal(
      'mode-not-allowed',
      `The mode ${asked} is not allowed: expected ${policy.modes.join(' or ')}. Ask an operator to change the policy of the application.`,
    );
  return asked;
}

/** Returns the limit of enterprises that the caller may create; undefined for operators. @throws not-permitted */
export function enterpriseCap(caller: Caller): number | undefined {
  if (isOperator(caller)) return undefined;
  if (caller.policy.createEnterprises === 0)
    throw new Refusal(
      'not-permitted',
      'The policy of this application does not allow it to create enterprises. Ask an operator.',
    );
  return caller.policy.createEnterprises;
}

/** Returns the application of an enterprise key: the caller, or the one that an operator names. @throws not-permitted, invalid-request */
export function servedApplication(caller: Caller, named: AppId | undefined): AppId {
  if (!isOperator(caller)) {
    if (named !== undefined && named !== caller.app)
      throw new Refusal('not-permitted', 'The application differs from the caller: expected its own id, or none.');
    return caller.app;
  }
  if (named === undefined)
    throw new Refusal('invalid-request', 'The application is missing: an operator must name one.', [
      { pointer: '#/body/application', detail: 'is missing' },
    ]);
  return named;
}

/** Returns the application whose numbers are requested: the caller, or all for an operator who names none. @throws not-found */
export function countedApplication(caller: Caller, named: AppId | undefined): AppId | undefined {
  if (isOperator(caller)) return named;
  if (named !== undefined && named !== caller.app) throw notFound('application');
  return caller.app;
}

/** Limits are contracts: only operators set them. @throws not-permitted */
export function assertMayLimit(caller: Caller, limit: number | undefined): void {
  if (limit !== undefined && !isOperator(caller))
    throw new Refusal('not-permitted', 'Only an operator can set the limit of configuration users.');
}
