import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { handler as certify } from '../../../lambdas/platform/trust/functions/certify/handler.ts';
import {
  announced,
  dropped,
  LivingSite,
  OfflineVerifier,
  passDays,
  rings,
  switched,
} from '../../support/clients/rotation.ts';
import { runFunction } from '../../support/server/functions.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

// Half a year passes, a few days at a time.
describe('the key of an Org rotates', () => {
  let server: TestServer;
  let site: LivingSite;
  let enterpriseId: string;
  let offline: OfflineVerifier;
  let keyOfThen: string;

  beforeAll(async () => {
    server = await startServer();
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    const names = { enterpriseId, siteRef: 'A', state: 'active' } as const;
    site = new LivingSite(server.hwf, await server.hwf.call('create-site', names));
    offline = new OfflineVerifier(server, server.world.root);
  });
  afterAll(async () => await server.close());

  const org = async () => (await server.hwf.call('get-trust', {})).orgs[0];
  const keys = async () => (await org())?.keys ?? [];
  const kidOf = async (role: string) => (await keys()).find(key => key.role === role)?.kid;
  const isValid = async (key: string) => (await server.hwf.call('check-validity', { key })).valid;

  /** The certifier as a deployment leaves it that has not reached, or has already passed, the record of the links. */
  function certifierWith(runtime: Runtime, hub: object): void {
    const env = { ...runtime.env, ORG_KEY_IDS: JSON.stringify({ hub }) };
    server.world.aws.setFunction('certify', certify.on({ ...runtime, env }));
  }

  it('is announced: the next one is certified and published, and signs nothing', async () => {
    await server.world.deploy(rings({ hub: announced }));
    expect((await keys()).map(({ role }) => role)).toEqual(['current', 'next']);
    expect(await org()).toMatchObject({ nextLink: expect.any(String), generations: { org: announced } });
    const { key } = await server.hwf.call('create-enterprise', {});
    expect(signerOfEnterprise(key)).toBe(await kidOf('current'));
    await passDays(server, 30, [site]);
    expect(await isValid(site.key)).toBe(true);
  });

  it('may sign as soon as the certifier is told so, before the links are recorded', async () => {
    const { runtime } = server.world;
    const { current, next } = JSON.parse(runtime.env.ORG_KEY_IDS ?? '').hub;
    certifierWith(runtime, { previous: [current], current: next, next: null });
    const { key } = await server.hwf.call('create-enterprise', {});
    expect(signerOfEnterprise(key)).toBe(await kidOf('next'));
    expect(await isValid(key)).toBe(true);
    await expect(offline.verify(key, 'enterprise-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    certifierWith(runtime, { previous: [], current, next });
  });

  it('switches: the next key certifies, the responder stands under it at once, keys of before go on', async () => {
    const { runtime } = server.world;
    const [former, next] = [await kidOf('current'), await kidOf('next')];
    keyOfThen = site.key;
    const nextLink = (await org())?.nextLink;
    await server.world.deploy(rings({ hub: switched }));
    expect((await org())?.links).toContain(nextLink);
    expect((await keys()).map(({ role, kid }) => [role, kid])).toEqual([
      ['current', next],
      ['previous', former],
    ]);
    expect(signerOf((await org())?.responderLinks[0])).toBe(next);
    const { key } = await server.hwf.call('create-enterprise', {});
    expect(signerOfEnterprise(key)).toBe(next);
    expect([await isValid(key), await isValid(site.key)]).toEqual([true, true]);
    for (const one of [key, site.key])
      await expect(offline.verify(one, one === key ? 'enterprise-key+jwt' : 'site-key+jwt')).resolves.toBeDefined();

    const { previous, current } = JSON.parse(server.world.runtime.env.ORG_KEY_IDS ?? '').hub;
    certifierWith(runtime, { previous: [], current: previous[0], next: current });
    const late = await server.hwf.call('create-enterprise', {});
    expect(signerOfEnterprise(late.key)).toBe(former);
    expect(await isValid(late.key)).toBe(true);
    server.world.aws.setFunction('certify', certify.on(server.world.runtime));
  });

  it('takes over every enterprise in one night when that is asked for, and in 30 days anyhow', async () => {
    await site.refresh();
    expect(signerOfEnterprise(site.key)).not.toBe(await kidOf('current'));
    server.clock.at += 60;
    await runFunction(server, 'renew-links', { replaceAll: true });
    server.clock.at += 60;
    await site.refresh();
    expect(signerOfEnterprise(site.key)).toBe(await kidOf('current'));
    const calls = await server.meter.of(async () => await runFunction(server, 'renew-links', { replaceAll: true }));
    expect(calls.filter(({ command }) => command === 'InvokeCommand')).toEqual([]);
  });

  it('has everything under it when the former one is dropped, and nothing that lives is refused', async () => {
    await passDays(server, 122, [site]);
    const current = await kidOf('current');
    await server.world.deploy(rings({ hub: dropped }));
    expect((await keys()).map(({ role, kid }) => [role, kid])).toEqual([['current', current]]);
    expect((await server.hwf.call('get-jwks', {})).keys).toHaveLength(2 + ((await org())?.responderLinks.length ?? 0));
    expect(await isValid(site.key)).toBe(true);
    await site.refresh();
    await expect(offline.verify(site.key, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    const { reason } = await server.hwf.call('check-validity', { key: keyOfThen });
    expect(reason).toBe('key-superseded');
  });
});

/** `kid` of a token: the thumbprint of the key that signed it. */
function signerOf(token = ''): string {
  const [header = ''] = token.split('.');
  return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
}

function signerOfEnterprise(key: string): string {
  return signerOf(key.split('~')[1]);
}
