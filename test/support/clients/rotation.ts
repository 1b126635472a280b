import { createPrivateKey, sign } from 'node:crypto';
import type { Claims, LeafType, PublicJwk } from '../../../domain/chain/levels.ts';
import { followSuccessors } from '../../../domain/chain/successors.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import { verifyChain } from '../../../domain/chain/verify-chain.ts';
import { firstRing, type KeyRing, type KeyRings } from '../../../domain/trust/key-ring.ts';
import { checkSignature } from '../../../lambdas/platform/kernel/check-signature.ts';
import type { Client } from '../../../sdk/client.ts';
import { runFunction } from '../server/functions.ts';
import type { TestServer } from '../server/server.ts';

export const day = 86_400;

/** The rings of the steps of a first rotation. */
export const announced: KeyRing = { previous: [], current: 1, next: 2 };
export const switched: KeyRing = { previous: [1], current: 2, next: null };
export const dropped: KeyRing = { previous: [], current: 2, next: null };

export const rings = (more: { root?: KeyRing; hub?: KeyRing }): KeyRings => ({
  root: more.root ?? firstRing,
  orgs: { hub: more.hub ?? firstRing },
});

/** Lets days pass as they do: the schedules run, and every site refreshes its key when it is time. */
export async function passDays(server: TestServer, days: number, sites: readonly LivingSite[]): Promise<void> {
  const stride = 5;
  for (let left = days; left > 0; left -= stride) {
    server.clock.at += Math.min(stride, left) * day;
    await runFunction(server, 'renew-links');
    await runFunction(server, 'renew-responders');
    for (const site of sites) await site.live(server);
  }
}

/** A site whose application keeps its key fresh. */
export class LivingSite {
  readonly siteId: string;
  key: string;
  readonly #client: Client;
  #refreshAfter: string;

  constructor(client: Client, { siteId, key, refreshAfter }: { siteId: string; key: string; refreshAfter: string }) {
    this.siteId = siteId;
    this.key = key;
    this.#client = client;
    this.#refreshAfter = refreshAfter;
  }

  async live({ clock }: TestServer): Promise<void> {
    if (clock.at >= Date.parse(this.#refreshAfter) / 1000) await this.refresh();
  }

  async refresh(): Promise<void> {
    const { key, refreshAfter } = await this.#client.call('refresh-key', { siteId: this.siteId, key: this.key });
    this.key = key;
    this.#refreshAfter = refreshAfter;
  }
}

/** A client that verifies offline, with its pinned Roots alone. */
export class OfflineVerifier {
  pins: readonly PublicJwk[];
  readonly #server: TestServer;

  constructor(server: TestServer, ...pins: PublicJwk[]) {
    this.#server = server;
    this.pins = pins;
  }

  async verify<T extends LeafType>(token: string, type: T): Promise<Claims<T>> {
    return await verifyChain(token, type, { roots: this.pins, at: this.#server.clock.at, checkSignature });
  }

  /** Reads get-trust and pins what the pinned Roots have announced. */
  async follow(): Promise<void> {
    const { successors } = await this.#server.hwf.call('get-trust', {});
    const texts = successors.map(({ announcement }) => announcement);
    this.pins = await followSuccessors(texts, { roots: this.pins, at: this.#server.clock.at, checkSignature });
  }

  async thumbprints(): Promise<string[]> {
    return await Promise.all(this.pins.map(async jwk => await thumbprintOf(jwk)));
  }
}

/** What a thief of the right to use a KMS key can do: sign the claims of a genuine token, changed as he likes. */
export function signedByThief(server: TestServer, kmsKey: string, genuine: string, lie: object): string {
  const { material } = server.world.aws.kms.keys.get(kmsKey) ?? {};
  const key = createPrivateKey({ key: Buffer.from(material ?? '', 'base64'), format: 'der', type: 'pkcs8' });
  const [leaf = '', ...links] = genuine.split('~');
  const [header = '', payload = ''] = leaf.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...lie };
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return [`${input}.${signature}`, ...links].join('~');
}
