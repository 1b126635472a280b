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

/** What the trust stack puts out. */
export interface DeployedChain {
  readonly root: PublicJwk;
  /** the settings of its own functions, which it updates by itself whenever a key changes */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** by which the other stacks refer to the Roots */
  readonly rootKeys: string;
}

/** Does with the chain of trust what the stack does when it is deployed: keys, who is told of them, the set-up of each Org. */
export async function deployChain(
  base: Runtime,
  aws: LocalAws,
  orgs: readonly string[],
  keyRings: KeyRings,
): Promise<DeployedChain> {
  const keys = { ...(await keySettings(orgs, keyRings)), KEY_RINGS: JSON.stringify(keyRings) };
  const told: Runtime = { ...base, env: { ...base.env, ...keys } };
  aws.setFunction('set-up-trust', setUpTrust.on(told));
  const answers = orgs.map(async org => SetUpTrustAnswer.parse(await setUpTrust.on(told)({ org })));
  const certified = await Promise.all(answers);
  const { rootJwk = '', rootKeys = '' } = certified[0] ?? {};
  const runtime: Runtime = { ...told, env: { ...told.env, ...settingsToVerify(keyRings, rootKeys) } };
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
