import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PublicJwk } from '../../../domain/chain/levels.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import type { Client } from '../../../sdk/client.ts';
import {
  announced,
  dropped,
  LivingSite,
  OfflineVerifier,
  passDays,
  rings,
  switched,
} from '../../support/clients/rotation.ts';
import { startInstance } from '../../support/server/instance.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

// Half a year passes, a few days at a time.
describe('the Root rotates', () => {
  let server: TestServer;
  let enterpriseId: string;
  let site: LivingSite;
  let first: PublicJwk;
  let second: PublicJwk;
  /** never looked at get-trust before the switch */
  let away: OfflineVerifier;
  let attentive: OfflineVerifier;
  /** instances that run on while the next deployment is under way */
  let before: Client;
  let keyOfThen: string;

  beforeAll(async () => {
    server = await startServer();
    first = server.world.root;
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    site = await newSite('A');
    away = new OfflineVerifier(server, first);
    attentive = new OfflineVerifier(server, first);
  });
  afterAll(async () => await server.close());

  async function newSite(siteRef: string): Promise<LivingSite> {
    return new LivingSite(server.hwf, await server.hwf.call('create-site', { enterpriseId, siteRef, state: 'active' }));
  }

  const trust = async () => await server.hwf.call('get-trust', {});
  const roles = async () => (await trust()).roots.map(({ role }) => role);
  const isValid = async (key: string, client = server.hwf) => (await client.call('check-validity', { key })).valid;

  it('is announced: the next one is pinned and published, and nothing stands under it', async () => {
    await server.world.deploy(rings({ root: announced }));
    const { roots, successors, orgs } = await trust();
    expect(roots.map(({ role, since }) => [role, typeof since])).toEqual([
      ['current', 'string'],
      ['next', 'string'],
    ]);
    expect(server.world.root).toEqual(first);
    expect(successors).toMatchObject([{ announcedBy: await thumbprintOf(first), kid: roots[1]?.kid }]);
    expect(orgs[0]?.generations.root).toEqual(announced);
    expect((await server.hwf.call('get-jwks', {})).keys.map(({ kid }) => kid)).toEqual(
      expect.arrayContaining(roots.map(({ kid }) => kid)),
    );
    await passDays(server, 90, [site]);
    expect(await isValid(site.key)).toBe(true);
    await expect(away.verify(site.key, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
  });

  it('is learned by a client that has pinned the former one, and survives a deployment that changes nothing', async () => {
    const { successors } = await trust();
    await server.world.deploy(rings({ root: announced }));
    expect((await trust()).successors).toEqual(successors);
    await attentive.follow();
    expect(await attentive.thumbprints()).toEqual((await trust()).roots.map(({ kid }) => kid));
  });

  it('switches: new links stand under the next Root, keys of before go on', async () => {
    before = (await startInstance(server, { ...server.world.runtime })).client(server.keys.hwf);
    keyOfThen = site.key;
    await server.world.deploy(rings({ root: switched }));
    second = server.world.root;
    expect(second).not.toEqual(first);
    expect(await roles()).toEqual(['current', 'previous']);
    await expect(away.verify(site.key, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    expect(await isValid(site.key)).toBe(true);
    const { key } = await server.hwf.call('create-enterprise', {});
    expect(await isValid(key)).toBe(true);
    await expect(attentive.verify(key, 'enterprise-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    await expect(away.verify(key, 'enterprise-key+jwt')).rejects.toMatchObject({ reason: 'unknown-root' });
  });

  it('is believed at once by functions that the deployment has not reached yet', async () => {
    const { key, enterpriseId: fresh } = await server.hwf.call('create-enterprise', {});
    expect(await isValid(key, before)).toBe(true);
    await expect(before.call('refresh-enterprise-key', { enterpriseId: fresh, key })).resolves.toMatchObject({
      generation: 2,
    });
  });

  it('can be learned after the switch too', async () => {
    const { key } = await server.hwf.call('create-enterprise', {});
    await away.follow();
    await expect(away.verify(key, 'enterprise-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
  });

  it('has everything under it when the former one is dropped, and nothing that lives is refused', async () => {
    await passDays(server, 122, [site]);
    expect(await isValid(keyOfThen)).toBe(false);
    await server.world.deploy(rings({ root: dropped }));
    expect(await roles()).toEqual(['current']);
    const { successors, orgs } = await trust();
    const links = orgs.flatMap(org => [...org.links, ...org.responderLinks]);
    expect(successors).toEqual([]);
    expect([...new Set(links.map(rootOf))]).toEqual([await thumbprintOf(second)]);
    expect(await isValid(site.key)).toBe(true);
    await site.refresh();
    expect(await isValid(site.key)).toBe(true);
    const newcomer = new OfflineVerifier(server, second);
    await expect(newcomer.verify(site.key, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    const { verdict } = await server.hwf.call('check-validity', { key: site.key });
    await expect(newcomer.verify(verdict, 'verdict+jwt')).resolves.toMatchObject({ valid: true });
  });

  it('is forgotten with what stood under it: a key of then was never issued', async () => {
    const { valid, reason } = await server.hwf.call('check-validity', { key: keyOfThen });
    expect([valid, reason]).toEqual([false, 'key-not-genuine']);
  });
});

/** `kid` of the last link of a chain. */
function rootOf(chain: string): string {
  const [header = ''] = (chain.split('~').at(-1) ?? '').split('.');
  return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
}
