import * as z from 'zod';
import { Policy } from '../../../../../domain/identity/policy.ts';
import { AppId, OrgId, subjectOf } from '../../../../../domain/kernel/ids.ts';
import { hourOf } from '../../../../../domain/kernel/time.ts';
import { type Generations, isSameRing, KeyRing } from '../../../../../domain/trust/key-ring.ts';
import { needsRenewal } from '../../../../../domain/trust/links.ts';
import { customResource } from '../../../background/invoked.ts';
import { dynamoApplications } from '../../../identity/applications.ts';
import { operatorKey } from '../../../identity/operator-key.ts';
import type { Runtime } from '../../../kernel/runtime.ts';
import { sweepCursor } from '../../../storage/sweep-progress.ts';
import { adoptOrgTrust, renewResponder } from '../../org-trust.ts';
import { dynamoTrustStore } from '../../trust-store.ts';
import { verifyStoredLink } from '../../verify-link.ts';
import { CertifiedOrg } from '../set-up-trust/schema.ts';

const firstOperator = AppId.parse('operator');

const GenerationsOf = z.object({ root: KeyRing, org: KeyRing });
const Properties = CertifiedOrg.extend({
  org: OrgId,
  /** JSON: CloudFormation makes strings of numbers */
  generations: z.string(),
});

/** Prepares an Org for its first request: its links, a responder key, its first operator. Existing ones stay. */
export const handler = customResource(Properties, async ({ org, generations, ...certified }, runtime) => {
  // No key expired before the first deployment; the sweep begins there, however late its first run is.
  await sweepCursor(runtime).begin(hourOf(runtime.now()));
  await adoptIfNew(runtime, org, certified, GenerationsOf.parse(JSON.parse(generations)));
  await renewResponderOfKey(runtime, org);
  return { operatorKeyId: await ensureOperator(runtime, org) };
});

/** Adopts the certified links, unless the recorded ones are of the deployed keys and need no renewal. */
async function adoptIfNew(
  runtime: Runtime,
  org: OrgId,
  certified: CertifiedOrg,
  generations: Generations,
): Promise<void> {
  const trust = await dynamoTrustStore(runtime).findNow(org);
  const link = await verifyStoredLink(runtime, trust?.orgLinks[0] ?? '', 'org-link+jwt');
  const same =
    trust && isSameRing(trust.generations.root, generations.root) && isSameRing(trust.generations.org, generations.org);
  if (!same || !link || needsRenewal('org', link.exp, runtime.now()))
    await adoptOrgTrust(runtime, org, certified, generations);
}

/** Creates a responder key if there is none under the current Org key, so that verdicts need not wait for the daily run. */
async function renewResponderOfKey(runtime: Runtime, org: OrgId): Promise<void> {
  const { orgLinks, responderLinks } = (await dynamoTrustStore(runtime).findNow(org)) ?? {};
  const link = await verifyStoredLink(runtime, orgLinks?.[0] ?? '', 'org-link+jwt');
  const responder = await verifyStoredLink(runtime, responderLinks?.[0] ?? '', 'responder-link+jwt');
  if (!responder || responder.signedBy !== link?.kid) await renewResponder(runtime, org);
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
