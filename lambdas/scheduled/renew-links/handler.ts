import * as z from 'zod';
import type { Enterprise } from '../../../domain/enterprise.ts';
import { type EnterpriseId, OrgId, Subject, subjectOf } from '../../../domain/ids.ts';
import { isDueForRenewal } from '../../../domain/links.ts';
import { day } from '../../../domain/time.ts';
import { dynamoAlerts } from '../../adapters/alerts.ts';
import { lambdaCertifier } from '../../adapters/certifier.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { invokeFunction } from '../../adapters/invoke-function.ts';
import { liveLink } from '../../adapters/live-link.ts';
import { adoptOrgLink } from '../../adapters/org-trust.ts';
import { dynamoTrustStore } from '../../adapters/trust-store.ts';
import { setting } from '../../environment.ts';
import { invoked } from '../../pipeline/invoked.ts';
import { Stale } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';

const pageSize = 100;
const actor = Subject.parse('schedule:renew-links');

/** With less than this left a renewal has failed for days: a person must look. */
const lateSeconds = 28 * day;

/**
 * Daily: every link that is due is made anew. May run twice, or catch up after missed days: what is renewed is not due any more.
 * One that fails does not keep the others from theirs. @throws at the end when any has failed, for the alarm
 */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures: unknown[] = [];
  for (const text of setting(runtime, 'ORGS').split(',')) {
    const org = OrgId.parse(text);
    await renewOrgLink(runtime, org);
    failures.push(...(await renewEnterpriseLinks(runtime, org)));
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} links could not be renewed`);
});

async function renewOrgLink(runtime: Runtime, org: OrgId): Promise<void> {
  const [current = ''] = (await dynamoTrustStore(runtime).findNow(org))?.orgLinks ?? [];
  const link = await liveLink(runtime, current, 'org-link+jwt');
  if (link && !isDueForRenewal('org', link.exp, runtime.now())) return;
  const { orgLink } = await invokeFunction(runtime, 'TRUST_FUNCTION', { org }, z.object({ orgLink: z.string() }));
  await adoptOrgLink(runtime, org, orgLink);
}

/** @returns what failed */
async function renewEnterpriseLinks(runtime: Runtime, org: OrgId): Promise<unknown[]> {
  const enterprises = dynamoEnterprises(runtime);
  const failures: unknown[] = [];
  let after: EnterpriseId | undefined;
  do {
    const page = await enterprises.page(org, after, pageSize);
    for (const id of page.ids) {
      const enterprise = await enterprises.findNow(id);
      if (enterprise)
        await renewEnterpriseLink(runtime, enterprise).catch(async error =>
          failures.push(await reported(runtime, enterprise, error)),
        );
    }
    after = page.more ? page.ids.at(-1) : undefined;
  } while (after);
  return failures;
}

async function reported(runtime: Runtime, { id, org, link }: Enterprise, error: unknown): Promise<unknown> {
  const at = runtime.now();
  if (link && link.expiresAt - at < lateSeconds)
    await dynamoAlerts(runtime).raise({ org, reason: 'link-renewal-late', subject: subjectOf.enterprise(id) }, at);
  return error;
}

/** Suspended enterprises are renewed too: suspension is reversible. */
async function renewEnterpriseLink(runtime: Runtime, enterprise: Enterprise): Promise<void> {
  const at = runtime.now();
  if (!enterprise.link || !isDueForRenewal('enterprise', enterprise.link.expiresAt, at)) return;
  const link = await lambdaCertifier(runtime).certifyEnterprise(enterprise.id);
  try {
    await dynamoEnterprises(runtime).record(
      enterprise,
      { ...enterprise, link },
      { operation: 'renew-links', actor, at, requestId: 'schedule' },
    );
  } catch (error) {
    // Somebody changed it meanwhile; the next run finds it still due.
    if (!(error instanceof Stale)) throw error;
  }
}
