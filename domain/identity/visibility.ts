import { type AppId, type EnterpriseId, type OrgId, orgOf, type SiteId } from '../kernel/ids.ts';
import { notFound } from '../kernel/refusal.ts';
import { type Caller, isOperator } from './policy.ts';

/** The facts that decide the visibility of an enterprise. */
export interface VisibleEnterprise {
  readonly id: EnterpriseId;
  readonly org: OrgId;
  readonly createdBy: AppId;
}

/** Returns whether an enterprise is visible: in the Org of the caller, those of its policy and those that it created; all for an operator. */
export function seesEnterprise(caller: Caller, enterprise: VisibleEnterprise): boolean {
  if (enterprise.org !== caller.org) return false;
  return policyNames(caller, enterprise.id) || enterprise.createdBy === caller.app;
}

/** Returns whether the policy alone allows the enterprise, so that check-validity need not read it. */
export function policyNames(caller: Caller, id: EnterpriseId): boolean {
  const { enterprises } = caller.policy;
  return isOperator(caller) || enterprises === 'all' || enterprises.includes(id);
}

/** Its own sites, and for reading those of the applications that it enforces for. */
export function seesKeysOf(caller: Caller, app: AppId): boolean {
  return isOperator(caller) || app === caller.app || caller.policy.enforcesFor.includes(app);
}

/** @throws not-found unless the caller sees the enterprise */
export function assertSeesEnterprise<E extends VisibleEnterprise>(caller: Caller, enterprise: E | undefined): E {
  if (!enterprise || !seesEnterprise(caller, enterprise)) throw notFound('enterprise');
  return enterprise;
}

/** Refuses the ids of another Org, before anything is read. @throws not-found */
export function assertInOrg(caller: Caller, id: EnterpriseId | SiteId, what: string): void {
  if (orgOf(id) !== caller.org) throw notFound(what);
}
