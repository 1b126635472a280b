import { type AppId, type EnterpriseId, type SiteId, type Subject, subjectOf } from '../kernel/ids.ts';
import type { Caller } from './policy.ts';
import { assertInOrg } from './visibility.ts';

/** Whose events or alerts are asked for; the ids are of the caller's Org or not there. */
export function namedSubject(
  caller: Caller,
  asked: {
    readonly site?: SiteId | undefined;
    readonly enterprise?: EnterpriseId | undefined;
    readonly application?: AppId | undefined;
  },
): Subject | undefined {
  const { site, enterprise, application } = asked;
  if (site) assertInOrg(caller, site, 'site');
  if (enterprise) assertInOrg(caller, enterprise, 'enterprise');
  if (site) return subjectOf.site(site);
  if (enterprise && application) return subjectOf.enterpriseKey(enterprise, application);
  if (enterprise) return subjectOf.enterprise(enterprise);
  return application && subjectOf.application(caller.org, application);
}
