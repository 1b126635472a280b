import assert from 'node:assert/strict';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { PublicJwk } from '../../domain/chain/levels.ts';
import { followSuccessors } from '../../domain/chain/successors.ts';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { encodeBase64url } from '../../domain/kernel/base64url.ts';
import { EnterpriseId } from '../../domain/kernel/ids.ts';
import { day } from '../../domain/kernel/time.ts';
import type { KeyRing } from '../../domain/trust/key-ring.ts';
import { kmsSign } from '../../lambdas/platform/aws/kms-signing.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import { enterpriseAlias } from '../../lambdas/platform/trust/enterprise-alias.ts';
import { handler as renewResponders } from '../../lambdas/platform/trust/scheduled/renew-responders/handler.ts';
import { handler as renewLinks } from '../../lambdas/site-licensing/scheduled/renew-links/handler.ts';
import { sampleOrg } from '../samples.ts';
import type { DemoServer } from './demo-server.ts';
import type { RunStep } from './step-runner.ts';

const announced: KeyRing = { previous: [], current: 1, next: 2 };
const switched: KeyRing = { previous: [1], current: 2, next: null };
const dropped: KeyRing = { previous: [], current: 2, next: null };

/** Demonstrates the rotation of the keys of Root, Org and enterprise while a site stays valid. The clock advances by half a year. */
export async function demonstrateRotations(server: DemoServer, step: RunStep): Promise<void> {
  const { enterpriseId } = await server.hwf.client.call('create-enterprise', {});
  const plant = await newPlant(server, enterpriseId);
  await demonstrateRootAndOrg(server, step, plant);
  await demonstrateSigningKey(server, step, plant);
  await demonstrateStolenKey(server, step, plant);
}

async function demonstrateRootAndOrg(server: DemoServer, step: RunStep, plant: Plant): Promise<void> {
  const first = server.root;
  let pins: readonly PublicJwk[] = [first];
  const deploy = async (ring: KeyRing) => await server.deploy({ root: ring, orgs: { [sampleOrg]: ring } });
  const trust = async () => await server.hwf.client.call('get-trust', {});
  await step('The next Root and the next key of the Org are announced; they do not sign yet', async show => {
    await deploy(announced);
    const { roots, successors, orgs } = await trust();
    for (const { kid, role } of roots) show(`Root, ${role}`, kid);
    for (const { kid, role } of orgs[0]?.keys ?? []) show(`Org, ${role}`, kid);
    pins = await followSuccessors(textsOf(successors), { roots: pins, at: server.now(), checkSignature });
    show('a client, offline', `verifies the announcement and pins ${pins.length} Roots`);
    assert.equal(pins.length, 2);
  });
  await step('After 90 days they sign: earlier keys stay valid, new keys are under the new Root', async show => {
    await plant.live(90);
    const before = plant.key;
    await deploy(switched);
    show('earlier key', await verdictOn(server, before, [first]));
    const { enterpriseId } = await server.hwf.client.call('create-enterprise', {});
    const fresh = await newPlant(server, enterpriseId);
    show('new key', await verdictOn(server, fresh.key, pins));
    const outdated = await offline(server, fresh.key, [first]);
    show('with the old pin', outdated);
    assert.notDeepEqual(server.root, first);
    assert.equal(outdated, 'refused, unknown-root');
  });
  await step('After 122 more days no valid key is under the former keys: they are dropped', async show => {
    await plant.live(122);
    await deploy(dropped);
    const { roots, orgs } = await trust();
    show('remaining keys', [...roots, ...(orgs[0]?.keys ?? [])].map(({ role }) => role).join(', '));
    show('the site', await verdictOn(server, plant.key, [server.root]));
    assert.deepEqual([roots.length, orgs[0]?.keys.length], [1, 1]);
  });
}

async function demonstrateSigningKey(server: DemoServer, step: RunStep, plant: Plant): Promise<void> {
  await step('The signing key of an enterprise is rotated by one request; clients need not act', async show => {
    const { enterpriseId } = plant;
    const before = plant.key;
    const { signingKey, previousSigningKey } = await server.operator.client.call('rotate-enterprise-signing-key', {
      enterpriseId,
      reason: 'scheduled',
    });
    show('signing key', `generation ${signingKey?.generation}, ${signingKey?.kid}`);
    show('verifies until', previousSigningKey?.expiresAt);
    show('earlier key', await verdictOn(server, before, [server.root]));
    await plant.refresh();
    show('refreshed key', await verdictOn(server, plant.key, [server.root]));
    assert.equal(signingKey?.generation, 2);
  });
}

async function demonstrateStolenKey(server: DemoServer, step: RunStep, plant: Plant): Promise<void> {
  const { enterpriseId } = plant;
  await step('An attacker has used the signing key: the operator rotates it as compromised', async show => {
    const forged = await signedByAttacker(server, plant);
    show('forged key, offline', await offline(server, forged, [server.root]));
    const rotation = { enterpriseId, reason: 'compromised' } as const;
    const { previousSigningKey } = await server.operator.client.call('rotate-enterprise-signing-key', rotation);
    const stopped = await signedByAttacker(server, plant).catch((error: unknown) => error);
    show('attacker signs again', stopped instanceof Error ? `refused by KMS, ${stopped.name}` : 'signed');
    const { valid, reason } = await server.hwf.client.call('check-validity', { key: forged });
    show('forged key, online', `valid ${valid}, ${reason}`);
    await plant.refresh();
    show('refreshed site', await verdictOn(server, plant.key, [server.root]));
    await plant.live(Math.ceil((Date.parse(previousSigningKey?.expiresAt ?? '') / 1000 - server.now()) / day));
    const ended = await offline(server, forged, [server.root]);
    show('forged key, offline', `${ended}: the link of the compromised key was not renewed`);
    assert(stopped instanceof Error);
    assert.deepEqual([valid, ended], [false, 'refused, expired']);
  });
}

interface Plant {
  readonly enterpriseId: string;
  readonly key: string;
  refresh(): Promise<void>;
  /** Advances the clock by days; renews links and responders, and refreshes the key when it is scheduled. */
  live(days: number): Promise<void>;
}

async function newPlant(server: DemoServer, enterpriseId: string): Promise<Plant> {
  const created = { enterpriseId, siteRef: 'ROTATING', state: 'active' } as const;
  let current = await server.hwf.client.call('create-site', created);
  const refresh = async () => {
    const { siteId, key } = current;
    current = { ...current, ...(await server.hwf.client.call('refresh-key', { siteId, key })) };
  };
  return {
    enterpriseId,
    get key() {
      return current.key;
    },
    refresh,
    async live(days) {
      const stride = 10;
      for (let left = days; left > 0; left -= stride) {
        server.wait(Math.min(stride, left) * day);
        await renewLinks.on(server.runtime)({});
        await renewResponders.on(server.runtime)({});
        if (server.now() >= Date.parse(current.refreshAfter) / 1000) await refresh();
      }
    },
  };
}

function textsOf(successors: readonly { readonly announcement: string }[]): string[] {
  return successors.map(({ announcement }) => announcement);
}

/** Checks a key online and offline; both must agree. */
async function verdictOn(server: DemoServer, key: string, pins: readonly PublicJwk[]): Promise<string> {
  const { valid } = await server.hwf.client.call('check-validity', { key });
  const verified = await offline(server, key, pins);
  assert.deepEqual([valid, verified.startsWith('verified')], [true, true]);
  return `valid online, ${verified} offline`;
}

async function offline(server: DemoServer, key: string, pins: readonly PublicJwk[]): Promise<string> {
  try {
    await verifyChain(key, 'site-key+jwt', { roots: pins, at: server.now(), checkSignature });
    return `verified under ${(await Promise.all(pins.map(thumbprintOf))).map(kid => kid.slice(0, 8)).join(' or ')}`;
  } catch (error) {
    if (error instanceof ChainError) return `refused, ${error.reason}`;
    throw error;
  }
}

/** Signs a forged key with the KMS key, as an attacker with its use could; it is valid as long as the link. */
async function signedByAttacker(server: DemoServer, { enterpriseId, key }: Plant): Promise<string> {
  const [leaf = '', ...links] = key.split('~');
  const [header = '', payload = ''] = leaf.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), jti: 'T'.repeat(22), gen: 99 };
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const generation = 2;
  const alias = enterpriseAlias(server.runtime, EnterpriseId.parse(enterpriseId), generation);
  return [`${input}.${encodeBase64url(await kmsSign(server.runtime, alias, input))}`, ...links].join('~');
}
