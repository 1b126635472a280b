import * as z from 'zod';
import { AppId, OrgId, subjectOf } from '../../../domain/ids.ts';
import { isDueForRenewal } from '../../../domain/links.ts';
import { Policy } from '../../../domain/policy.ts';
import { dynamoApplications } from '../../adapters/applications.ts';
import { liveLink } from '../../adapters/live-link.ts';
import { operatorKey } from '../../adapters/operator-key.ts';
import { adoptOrgLink, renewResponder } from '../../adapters/org-trust.ts';
import { dynamoTrustStore } from '../../adapters/trust-store.ts';
import { customResource } from '../../pipeline/invoked.ts';
import type { Runtime } from '../../runtime.ts';

const firstOperator = AppId.parse('operator');

/** Prepares an Org for its first request: its links, a responder key, its first operator. What is there already stays. */
export const handler = customResource(
  z.object({ org: OrgId, orgLink: z.string() }),
  async ({ org, orgLink }, runtime) => {
    await adoptIfDue(runtime, org, orgLink);
    const trust = await dynamoTrustStore(runtime).findNow(org);
    if (!trust?.responderLinks.length) await renewResponder(runtime, org);
    return { operatorKeyId: await ensureOperator(runtime, org) };
  },
);

async function adoptIfDue(runtime: Runtime, org: OrgId, orgLink: string): Promise<void> {
  const [current] = (await dynamoTrustStore(runtime).findNow(org))?.orgLinks ?? [];
  const link = current && (await liveLink(runtime, current, 'org-link+jwt'));
  if (!link || isDueForRenewal('org', link.exp, runtime.now())) await adoptOrgLink(runtime, org, orgLink);
}

async function ensureOperator(runtime: Runtime, org: OrgId): Promise<string> {
  const applications = dynamoApplications(runtime);
  const key = await operatorKey(runtime, org, firstOperator);
  if (await applications.findNow(org, firstOperator)) return key.keyid;
  const at = runtime.now();
  const operator = {
    org,
    app: firstOperator,
    role: 'operator',
    status: 'live',
    policy: Policy.parse({ modes: ['production'] }),
    keys: [key],
    createdAt: at,
  } as const;
  const actor = subjectOf.application(org, firstOperator);
  await applications.record(undefined, operator, { operation: 'set-up-org', actor, at, requestId: 'deployment' });
  return key.keyid;
}
