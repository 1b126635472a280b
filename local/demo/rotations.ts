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
import type { Narrate } from './narrator.ts';
import type { Stage } from './stage.ts';

const announced: KeyRing = { previous: [], current: 1, next: 2 };
const switched: KeyRing = { previous: [1], current: 2, next: null };
const dropped: KeyRing = { previous: [], current: 2, next: null };

/** Keys of Root, Org and enterprise are replaced, while a site goes on all the time. Half a year passes: tell it last. */
export async function narrateRotations(stage: Stage, tell: Narrate): Promise<void> {
  const { enterpriseId } = await stage.hwf.client.call('create-enterprise', {});
  const plant = await newPlant(stage, enterpriseId);
  await tellRootAndOrg(stage, tell, plant);
  await tellSigningKey(stage, tell, plant);
  await tellStolenKey(stage, tell, plant);
}

async function tellRootAndOrg(stage: Stage, tell: Narrate, plant: Plant): Promise<void> {
  const first = stage.root;
  let pins: readonly PublicJwk[] = [first];
  const deploy = async (ring: KeyRing) => await stage.deploy({ root: ring, orgs: { [sampleOrg]: ring } });
  const trust = async () => await stage.hwf.client.call('get-trust', {});
  await tell('The next Root and the next key of the Org are announced: both exist, neither signs', async show => {
    await deploy(announced);
    const { roots, successors, orgs } = await trust();
    for (const { kid, role } of roots) show(`Root, ${role}`, kid);
    for (const { kid, role } of orgs[0]?.keys ?? []) show(`Org, ${role}`, kid);
    pins = await followSuccessors(textsOf(successors), { roots: pins, at: stage.now(), checkSignature });
    show('a client, offline', `verified the announcement and pins ${pins.length} Roots now`);
    assert.equal(pins.length, 2);
  });
  await tell('After 90 days they take over: keys of before go on, new ones stand under the new Root', async show => {
    await plant.live(90);
    const before = plant.key;
    await deploy(switched);
    show('the key of before', await verdictOn(stage, before, [first]));
    const { enterpriseId } = await stage.hwf.client.call('create-enterprise', {});
    const fresh = await newPlant(stage, enterpriseId);
    show('a new key', await verdictOn(stage, fresh.key, pins));
    const outdated = await offline(stage, fresh.key, [first]);
    show('who missed it', outdated);
    assert.notDeepEqual(stage.root, first);
    assert.equal(outdated, 'refused, unknown-root');
  });
  await tell('After 122 more days nothing stands under the former keys: they are dropped', async show => {
    await plant.live(122);
    await deploy(dropped);
    const { roots, orgs } = await trust();
    show('keys left', [...roots, ...(orgs[0]?.keys ?? [])].map(({ role }) => role).join(', '));
    show('the site', await verdictOn(stage, plant.key, [stage.root]));
    assert.deepEqual([roots.length, orgs[0]?.keys.length], [1, 1]);
  });
}

async function tellSigningKey(stage: Stage, tell: Narrate, plant: Plant): Promise<void> {
  await tell('The signing key of an enterprise rotates by one request; nobody need do anything', async show => {
    const { enterpriseId } = plant;
    const before = plant.key;
    const { signingKey, previousSigningKey } = await stage.operator.client.call('rotate-enterprise-signing-key', {
      enterpriseId,
      reason: 'scheduled',
    });
    show('signs now', `generation ${signingKey?.generation}, ${signingKey?.kid}`);
    show('verifies until', previousSigningKey?.expiresAt);
    show('the key of before', await verdictOn(stage, before, [stage.root]));
    await plant.refresh();
    show('the next one', await verdictOn(stage, plant.key, [stage.root]));
    assert.equal(signingKey?.generation, 2);
  });
}

async function tellStolenKey(stage: Stage, tell: Narrate, plant: Plant): Promise<void> {
  const { enterpriseId } = plant;
  await tell('A thief has used the signing key: the operator rotates it as compromised', async show => {
    const forged = await signedByThief(stage, plant);
    show('the forgery, offline', await offline(stage, forged, [stage.root]));
    const rotation = { enterpriseId, reason: 'compromised' } as const;
    const { previousSigningKey } = await stage.operator.client.call('rotate-enterprise-signing-key', rotation);
    const stopped = await signedByThief(stage, plant).catch((error: unknown) => error);
    show('the thief signs again', stopped instanceof Error ? `KMS refuses, ${stopped.name}` : 'signed');
    const { valid, reason } = await stage.hwf.client.call('check-validity', { key: forged });
    show('the forgery, online', `valid ${valid}, ${reason}`);
    await plant.refresh();
    show('the site, refreshed', await verdictOn(stage, plant.key, [stage.root]));
    await plant.live(Math.ceil((Date.parse(previousSigningKey?.expiresAt ?? '') / 1000 - stage.now()) / day));
    const ended = await offline(stage, forged, [stage.root]);
    show('the forgery, offline', `${ended}: the link of the stolen key was not renewed`);
    assert(stopped instanceof Error);
    assert.deepEqual([valid, ended], [false, 'refused, expired']);
  });
}

interface Plant {
  readonly enterpriseId: string;
  readonly key: string;
  refresh(): Promise<void>;
  /** lets days pass as they do: links and responders are renewed, the key is refreshed in time */
  live(days: number): Promise<void>;
}

async function newPlant(stage: Stage, enterpriseId: string): Promise<Plant> {
  const created = { enterpriseId, siteRef: 'ROTATING', state: 'active' } as const;
  let current = await stage.hwf.client.call('create-site', created);
  const refresh = async () => {
    const { siteId, key } = current;
    current = { ...current, ...(await stage.hwf.client.call('refresh-key', { siteId, key })) };
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
        stage.wait(Math.min(stride, left) * day);
        await renewLinks.on(stage.runtime)({});
        await renewResponders.on(stage.runtime)({});
        if (stage.now() >= Date.parse(current.refreshAfter) / 1000) await refresh();
      }
    },
  };
}

function textsOf(successors: readonly { readonly announcement: string }[]): string[] {
  return successors.map(({ announcement }) => announcement);
}

/** Both ways of asking; they must agree. */
async function verdictOn(stage: Stage, key: string, pins: readonly PublicJwk[]): Promise<string> {
  const { valid } = await stage.hwf.client.call('check-validity', { key });
  const verified = await offline(stage, key, pins);
  assert.deepEqual([valid, verified.startsWith('verified')], [true, true]);
  return `valid online, ${verified} offline`;
}

async function offline(stage: Stage, key: string, pins: readonly PublicJwk[]): Promise<string> {
  try {
    await verifyChain(key, 'site-key+jwt', { roots: pins, at: stage.now(), checkSignature });
    return `verified under ${(await Promise.all(pins.map(thumbprintOf))).map(kid => kid.slice(0, 8)).join(' or ')}`;
  } catch (error) {
    if (error instanceof ChainError) return `refused, ${error.reason}`;
    throw error;
  }
}

/** Whoever has the right to use the KMS key can sign what he likes: here a key that lives as long as the link. */
async function signedByThief(stage: Stage, { enterpriseId, key }: Plant): Promise<string> {
  const [leaf = '', ...links] = key.split('~');
  const [header = '', payload = ''] = leaf.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), jti: 'T'.repeat(22), gen: 99 };
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const generation = 2;
  const alias = enterpriseAlias(stage.runtime, EnterpriseId.parse(enterpriseId), generation);
  return [`${input}.${encodeBase64url(await kmsSign(stage.runtime, alias, input))}`, ...links].join('~');
}
