import * as z from 'zod';
import { type EnterpriseId, type OrgId, Subject, subjectOf } from '../../../../domain/kernel/ids.ts';
import { day } from '../../../../domain/kernel/time.ts';
import type { Enterprise } from '../../../../domain/site-licensing/enterprise.ts';
import type { EnterpriseLink } from '../../../../domain/trust/links.ts';
import { needsRenewal } from '../../../../domain/trust/links.ts';
import { invokeFunction } from '../../../platform/aws/invoke-function.ts';
import { ErrorCollector } from '../../../platform/background/error-collector.ts';
import { invoked } from '../../../platform/background/invoked.ts';
import { dynamoAlerts } from '../../../platform/changes/raise-alerts.ts';
import { orgsOf } from '../../../platform/kernel/orgs.ts';
import type { Runtime } from '../../../platform/kernel/runtime.ts';
import { ConflictError } from '../../../platform/storage/conflict-error.ts';
import { lambdaCertifier } from '../../../platform/trust/certifier.ts';
import { CertifiedOrg } from '../../../platform/trust/functions/set-up-trust/schema.ts';
import { adoptOrgTrust } from '../../../platform/trust/org-trust.ts';
import { dynamoTrustStore } from '../../../platform/trust/trust-store.ts';
import { verifyStoredLink } from '../../../platform/trust/verify-link.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';

const pageSize = 100;
const actor = Subject.parse('schedule:renew-links');

/** A link with less time left has failed to renew for days: an alert is raised. */
const lateSeconds = 28 * day;

/** `replaceAll`, by hand after a compromise: also renews links that are not under the newest link of their Org. */
const Event = z.looseObject({ replaceAll: z.boolean().default(false) });

/**
 * Daily: renews every link whose renewal is pending. Idempotent, and catches up after missed days. A failure of one link does not stop
 * the others. @throws AggregateError when any failed, for the alarm
 */
export const handler = invoked(Event, async ({ replaceAll }, runtime) => {
  const failures = new ErrorCollector();
  for (const org of orgsOf(runtime)) {
    await failures.attempt(async () => await renewOrgLink(runtime, org));
    await failures.attempt(async () => {
      const newest = (await dynamoTrustStore(runtime).findNow(org))?.orgLinks[0];
      await renewEnterpriseLinks(runtime, org, replaceAll ? newest : undefined, failures);
    });
  }
  failures.throwIfAny();
});

async function renewOrgLink(runtime: Runtime, org: OrgId): Promise<void> {
  const [current = ''] = (await dynamoTrustStore(runtime).findNow(org))?.orgLinks ?? [];
  const link = await verifyStoredLink(runtime, current, 'org-link+jwt');
  if (link && !needsRenewal('org', link.exp, runtime.now())) return;
  await adoptOrgTrust(runtime, org, await invokeFunction(runtime, 'TRUST_FUNCTION', { org }, CertifiedOrg));
}

/** @param above the org link that every enterprise link must be under; undefined when any is accepted */
async function renewEnterpriseLinks(
  runtime: Runtime,
  org: OrgId,
  above: string | undefined,
  failures: ErrorCollector,
): Promise<void> {
  const enterprises = dynamoEnterprises(runtime);
  let after: EnterpriseId | undefined;
  do {
    const page = await enterprises.page(org, after, pageSize);
    for (const id of page.ids) await failures.attempt(async () => await renewEnterpriseLink(runtime, id, above));
    after = page.more ? page.ids.at(-1) : undefined;
  } while (after);
}

/**
 * Renews the link of an enterprise. A suspended one is skipped: the expiry of its link is the only revocation that reaches offline
 * verifiers. After it is reinstated, the next run renews its link.
 */
async function renewEnterpriseLink(runtime: Runtime, id: EnterpriseId, above: string | undefined): Promise<void> {
  const enterprise = await dynamoEnterprises(runtime).findNow(id);
  if (!enterprise?.link || enterprise.status === 'suspended') return;
  const misplaced = above !== undefined && !enterprise.link.chain.endsWith(`~${above}`);
  if (!misplaced && !needsRenewal('enterprise', enterprise.link.expiresAt, runtime.now())) return;
  try {
    await renewLink(runtime, enterprise);
  } catch (error) {
    // Another write changed it meanwhile; the next run finds its renewal still pending.
    if (error instanceof ConflictError) return;
    await alertWhenLate(runtime, enterprise, enterprise.link);
    throw error;
  }
}

async function renewLink(runtime: Runtime, enterprise: Enterprise): Promise<void> {
  const link = await lambdaCertifier(runtime).certifyEnterprise(enterprise.id, enterprise.generation);
  const change = { operation: 'renew-links', actor, at: runtime.now(), requestId: 'schedule' };
  await dynamoEnterprises(runtime).record(enterprise, { ...enterprise, link }, change);
}

async function alertWhenLate(runtime: Runtime, { id, org }: Enterprise, { expiresAt }: EnterpriseLink): Promise<void> {
  const at = runtime.now();
  if (expiresAt - at < lateSeconds)
    await dynamoAlerts(runtime).raise({ org, reason: 'link-renewal-late', subject: subjectOf.enterprise(id) }, at);
}
