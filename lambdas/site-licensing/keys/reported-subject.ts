import type { Caller } from '../../../domain/identity/policy.ts';
import { assertInOrg, assertSeesEnterprise } from '../../../domain/identity/visibility.ts';
import { enterpriseOf, type Subject, subjectOf } from '../../../domain/kernel/ids.ts';
import { notFound } from '../../../domain/kernel/refusal.ts';
import { type KeyReport, reportedApplication } from '../../../domain/site-licensing/key-report.ts';
import { assertSeesSite } from '../../../domain/site-licensing/site.ts';
import type { Enterprises } from '../storage/enterprises.ts';
import type { Sites } from '../storage/sites.ts';

interface Ports {
  readonly sites: Sites;
  readonly enterprises: Enterprises;
}

/** Returns the subject whose key a client reports. @throws not-found @returns undefined for a forged key */
export async function reportedSubject(report: KeyReport, caller: Caller, ports: Ports): Promise<Subject | undefined> {
  const { siteId, enterpriseId } = report;
  if (siteId) return await reportedSite(siteId, caller, ports);
  return enterpriseId && (await reportedEnterpriseKey({ ...report, enterpriseId }, caller, ports));
}

async function reportedSite(
  siteId: NonNullable<KeyReport['siteId']>,
  caller: Caller,
  { sites, enterprises }: Ports,
): Promise<Subject> {
  assertInOrg(caller, siteId, 'site');
  assertSeesEnterprise(caller, await enterprises.find(enterpriseOf(siteId)));
  return subjectOf.site(assertSeesSite(caller, await sites.find(siteId)).id);
}

async function reportedEnterpriseKey(
  { enterpriseId, application }: KeyReport & { readonly enterpriseId: NonNullable<KeyReport['enterpriseId']> },
  caller: Caller,
  { enterprises }: Ports,
): Promise<Subject> {
  assertInOrg(caller, enterpriseId, 'enterprise');
  assertSeesEnterprise(caller, await enterprises.find(enterpriseId));
  const holder = reportedApplication(caller, application);
  if (!(await enterprises.key(enterpriseId, holder))) throw notFound('enterprise key');
  return subjectOf.enterpriseKey(enterpriseId, holder);
}
