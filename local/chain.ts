import { PublicJwk } from '../domain/chain/levels.ts';
import {
  aliasSuffix,
  generationsOf,
  type KeyRing,
  type KeyRings,
  mapRing,
  membersOf,
  type Ring,
} from '../domain/trust/key-ring.ts';
import { handler as signStatement } from '../lambdas/billing/functions/sign-statement/handler.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { settingsToVerify } from '../lambdas/platform/kernel/settings.ts';
import { handler as certify } from '../lambdas/platform/trust/functions/certify/handler.ts';
import { handler as setUpOrg } from '../lambdas/platform/trust/functions/set-up-org/handler.ts';
import { handler as setUpTrust } from '../lambdas/platform/trust/functions/set-up-trust/handler.ts';
import { SetUpTrustAnswer } from '../lambdas/platform/trust/functions/set-up-trust/schema.ts';
import type { LocalAws } from './aws/server.ts';
import { ensureSigningKey } from './keys.ts';

/** Outputs of the trust stack. */
export interface DeployedChain {
  readonly root: PublicJwk;
  /** Settings of its own functions, updated whenever a key changes. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Root keys, as other stacks refer to them. */
  readonly rootKeys: string;
}

/** Deploys the chain of trust as the stack does: keys, settings of the functions, set-up of each Org. */
export async function deployChain(
  base: Runtime,
  aws: LocalAws,
  orgs: readonly string[],
  keyRings: KeyRings,
): Promise<DeployedChain> {
  const keys = { ...(await keySettings(orgs, keyRings)), KEY_RINGS: JSON.stringify(keyRings) };
  const configured: Runtime = { ...base, env: { ...base.env, ...keys } };
  aws.setFunction('set-up-trust', setUpTrust.on(configured));
  const answers = orgs.map(async org => SetUpTrustAnswer.parse(await setUpTrust.on(configured)({ org })));
  const certified = await Promise.all(answers);
  const { rootJwk = '', rootKeys = '' } = certified[0] ?? {};
  const runtime: Runtime = { ...configured, env: { ...configured.env, ...settingsToVerify(keyRings, rootKeys) } };
  aws.setFunction('certify', certify.on(runtime));
  aws.setFunction('sign-statement', signStatement.on(runtime));
  for (const [i, org] of orgs.entries())
    await setUpOrg.on(runtime)({ ...certified[i], org, generations: JSON.stringify(generationsOf(keyRings, org)) });
  return { root: PublicJwk.parse(JSON.parse(rootJwk)), settings: runtime.env, rootKeys };
}

async function keySettings(orgs: readonly string[], keyRings: KeyRings) {
  const orgKeys: [string, Ring<string>][] = [];
  const root = await ensureKeys('root', keyRings.root);
  for (const org of orgs) orgKeys.push([org, await ensureKeys(`org/${org}`, generationsOf(keyRings, org).org)]);
  return { ROOT_KEY_IDS: JSON.stringify(root), ORG_KEY_IDS: JSON.stringify(Object.fromEntries(orgKeys)) };
}

async function ensureKeys(alias: string, ring: KeyRing): Promise<Ring<string>> {
  const ids = new Map<number, string>();
  for (const { member } of membersOf(ring)) ids.set(member, await ensureSigningKey(`${alias}${aliasSuffix(member)}`));
  return mapRing(ring, generation => ids.get(generation) ?? '');
}
