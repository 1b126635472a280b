import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isoTime } from '../../domain/kernel/time.ts';
import { day, LivingSite, OfflineVerifier, passDays, signedByThief } from '../support/clients/rotation.ts';
import { startInstance } from '../support/server/instance.ts';
import { keyOf, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

// Months pass, a few days at a time.
let server: TestServer;
let offline: OfflineVerifier;
beforeAll(async () => {
  server = await startServer();
  offline = new OfflineVerifier(server, server.world.root);
});
afterAll(async () => await server.close());

const check = async (key: string, client = server.hwf) => await client.call('check-validity', { key });
const signerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const rotate = async (enterpriseId: string, reason: 'scheduled' | 'compromised') =>
  await server.operator.call('rotate-enterprise-signing-key', { enterpriseId, reason });

/** An enterprise with a site, and another whose keys come from an instance that knows the enterprise as it is now, for a minute. */
async function newPlant(): Promise<{ enterpriseId: string; site: LivingSite; warm: LivingSite }> {
  const { enterpriseId } = await server.hwf.call('create-enterprise', {});
  const instance = (await startInstance(server)).client(server.keys.hwf);
  const names = { enterpriseId, state: 'active' } as const;
  const site = new LivingSite(server.hwf, await server.hwf.call('create-site', { ...names, siteRef: 'A' }));
  const warm = new LivingSite(instance, await server.hwf.call('create-site', { ...names, siteRef: 'B' }));
  await warm.refresh();
  return { enterpriseId, site, warm };
}

describe('a planned rotation of the signing key of an enterprise', () => {
  let plant: Awaited<ReturnType<typeof newPlant>>;
  let keyOfThen: string;
  beforeAll(async () => {
    plant = await newPlant();
    keyOfThen = plant.site.key;
  });

  it('tells which key signs, and until when the former one verifies', async () => {
    const { enterpriseId } = plant;
    const before = await server.hwf.call('get-enterprise', { enterpriseId });
    expect(before).toMatchObject({ signingKey: { generation: 1, kid: signerOf(keyOfThen) } });
    const after = await rotate(enterpriseId, 'scheduled');
    expect(after).toMatchObject({
      signingKey: { generation: 2, kid: expect.any(String) },
      previousSigningKey: { ...before.signingKey, reason: 'scheduled', expiresAt: before.linkExpiresAt },
    });
    expect(await server.hwf.call('get-enterprise', { enterpriseId })).toEqual(after);
    expect(after.signingKey?.kid).not.toBe(before.signingKey?.kid);
  });

  it('leaves the keys of before as good as they were, online and offline', async () => {
    expect(await check(keyOfThen)).toMatchObject({ valid: true });
    await expect(offline.verify(keyOfThen, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
  });

  it('harms no client where an instance signs with the former key for a minute more', async () => {
    const { warm } = plant;
    await warm.refresh();
    expect(signerOf(warm.key)).toBe(signerOf(keyOfThen));
    expect(await check(warm.key)).toMatchObject({ valid: true });
    server.clock.at += 60;
    await warm.refresh();
    expect(signerOf(warm.key)).not.toBe(signerOf(keyOfThen));
  });

  it('signs with the next key from then on, renews its link, and the former one is never certified again', async () => {
    const { enterpriseId, site } = plant;
    await site.refresh();
    expect(await check(site.key)).toMatchObject({ valid: true });
    await expect(offline.verify(site.key, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    await passDays(server, 65, [site]);
    const { signingKey } = await server.hwf.call('get-enterprise', { enterpriseId });
    expect([signingKey?.generation, signerOf(site.key)]).toEqual([2, signingKey?.kid]);
    expect(await check(site.key)).toMatchObject({ valid: true });
    await expect(offline.verify(keyOfThen, 'site-key+jwt')).rejects.toMatchObject({ reason: 'expired' });
  });

  it('stands in the audit trail with its reason', async () => {
    const item = await ledgerOf(server).get(keyOf.enterprise(plant.enterpriseId));
    expect(item).toMatchObject({ gen: 2, old: { gen: 1, why: 'scheduled' } });
    await expect(rotate(plant.enterpriseId, 'scheduled')).resolves.toMatchObject({ signingKey: { generation: 3 } });
  });
});

describe('after the compromise of the signing key of an enterprise', () => {
  let plant: Awaited<ReturnType<typeof newPlant>>;
  let stolen: string;
  let endsAt: string | undefined;
  let forged: Record<'fresh' | 'copied' | 'prolonged', string>;

  beforeAll(async () => {
    plant = await newPlant();
    const { aliases } = server.world.aws.kms;
    stolen = aliases.get(`alias/license-server/local/enterprise/${plant.enterpriseId}`)?.keyId ?? '';
    const forge = (lie: object) => signedByThief(server, stolen, plant.site.key, lie);
    forged = {
      fresh: forge({ jti: 'T'.repeat(22), gen: 2 }),
      copied: forge({ gen: 7 }),
      prolonged: forge({ exp: server.clock.at + 60 * day }),
    };
    endsAt = (await rotate(plant.enterpriseId, 'compromised')).previousSigningKey?.expiresAt;
  });

  it('the former KMS key is disabled, the next one signs', () => {
    const { keys, aliases } = server.world.aws.kms;
    const next = aliases.get(`alias/license-server/local/enterprise/${plant.enterpriseId}/2`)?.keyId ?? '';
    expect([keys.get(stolen)?.enabled, keys.get(next)?.enabled]).toEqual([false, true]);
  });

  it('an instance that still believes in it takes the next one in the same request', async () => {
    const { site, warm } = plant;
    await warm.refresh();
    expect(signerOf(warm.key)).not.toBe(signerOf(site.key));
    expect(await check(warm.key)).toMatchObject({ valid: true });
  });

  it.each(['fresh', 'copied', 'prolonged'] as const)('a %s forgery is refused online at once', async kind => {
    await expect(offline.verify(forged[kind], 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
    expect(await check(forged[kind])).toMatchObject({ valid: false, reason: 'key-unknown' });
    await expect(
      server.hwf.call('refresh-key', { siteId: plant.site.siteId, key: forged.fresh }),
    ).rejects.toMatchObject({ code: 'key-superseded' });
  });

  it('a forgery does not let another application see whose key it is', async () => {
    const asBoost = signedByThief(server, stolen, plant.site.key, { app: 'boost' });
    expect(await check(asBoost, server.boost)).toMatchObject({ valid: false, reason: 'key-unknown' });
  });

  it('forgeries raise an alert', async () => {
    const alerts = await ledgerOf(server).all(`N#hub#${isoTime(server.clock.at).slice(0, 10).replaceAll('-', '')}`);
    expect(alerts).toContainEqual(
      expect.objectContaining({ reason: 'key-unknown', subject: `site:${plant.site.siteId}` }),
    );
  });

  it('genuine keys go on, also those that the stolen key had signed, and are refreshed under the next one', async () => {
    expect(await check(plant.site.key)).toMatchObject({ valid: true });
    await plant.site.refresh();
    expect(await check(plant.site.key)).toMatchObject({ valid: true });
    expect(signerOf(plant.site.key)).not.toBe(signerOf(forged.fresh));
  });

  it('offline the forgery expires with the link of the stolen key, which is not renewed', async () => {
    const ends = Date.parse(endsAt ?? '') / 1000;
    expect(ends - server.clock.at).toBeLessThanOrEqual(62 * day);
    await passDays(server, Math.ceil((ends - server.clock.at) / day), [plant.site]);
    await expect(offline.verify(forged.prolonged, 'site-key+jwt')).rejects.toMatchObject({ reason: 'expired' });
    await expect(offline.verify(plant.site.key, 'site-key+jwt')).resolves.toMatchObject({ app: 'hwf' });
  });
});
