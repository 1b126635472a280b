import { type AppId, type EnterpriseId, type SiteId, type Subject, subjectOf } from '../kernel/ids.ts';
import type { Caller } from './policy.ts';
import { assertInOrg } from './visibility.ts';

/** Returns the subject whose events or alerts are requested. @throws not-found for an id of another Org */
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
