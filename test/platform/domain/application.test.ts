import { describe, expect, it } from '@jest/globals';
import {
  type Application,
  ApplicationJwk,
  applicationKey,
  assertNew,
  assertRegistered,
  changeApplication,
  rotateKey,
} from '../../../domain/identity/application.ts';
import { Policy } from '../../../domain/identity/policy.ts';
import { boost, caller, hub, hwf, now, refusalOf } from '../../site-licensing/domain/facts.ts';
import { newKeyPair } from '../../support/server/server.ts';

const hour = 3600;
const newKey = async () => await applicationKey(hub, hwf, ApplicationJwk.parse(newKeyPair().jwk));
const application = async (): Promise<Application> => ({
  org: hub,
  app: hwf,
  role: 'application',
  status: 'live',
  policy: Policy.parse({ modes: ['production'] }),
  keys: [await newKey()],
  createdAt: now,
});
const ends = ({ keys }: Application) => keys.map(({ notAfter }) => notAfter);

describe('the rotation of an application key', () => {
  it('lets the new key sign at once and the old one for the overlap', async () => {
    const before = await application();
    const after = rotateKey(before, await newKey(), now, 24 * hour);
    expect(ends(after)).toEqual([now + 24 * hour, undefined]);
    expect(after.keys[0]?.keyid).toBe(before.keys[0]?.keyid);
  });

  it('never lets an old key sign for longer than was said before', async () => {
    const once = rotateKey(await application(), await newKey(), now, hour);
    const twice = rotateKey(once, await newKey(), now + 60, 24 * hour);
    expect(ends(twice)).toEqual([now + hour, now + 60 + 24 * hour, undefined]);
  });

  it('ends all old keys of a stolen one at once, and forgets them', async () => {
    const rotated = rotateKey(await application(), await newKey(), now, hour);
    const stolen = rotateKey(rotated, await newKey(), now, 0);
    expect(ends(stolen)).toEqual([undefined]);
    expect(ends(rotateKey(stolen, await newKey(), now, hour))).toEqual([now + hour, undefined]);
  });

  it('refuses a sixth key while five still sign', async () => {
    let full = await application();
    for (let i = 0; i < 4; i++) full = rotateKey(full, await newKey(), now, hour);
    const sixth = await newKey();
    expect(refusalOf(() => rotateKey(full, sixth, now, hour))).toBe('too-many-application-keys');
    expect(refusalOf(() => rotateKey(full, sixth, now + hour, hour))).toBeUndefined();
    expect(refusalOf(() => rotateKey(full, sixth, now, 0))).toBeUndefined();
  });

  it('refuses a key that is there', async () => {
    const before = await application();
    const [same] = before.keys;
    expect(same && refusalOf(() => rotateKey(before, same, now, hour))).toBe('application-key-exists');
  });
});

describe('a public key', () => {
  it('is named by its owner and its thumbprint, and its algorithm is its own', async () => {
    const key = await newKey();
    expect(key.keyid).toBe(`hub.hwf.${key.jkt.slice(0, 22)}`);
    expect(key.alg).toBe('ed25519');
    expect((await applicationKey(hub, hwf, ApplicationJwk.parse(newKeyPair('p256').jwk))).alg).toBe(
      'ecdsa-p256-sha256',
    );
  });

  it.each([
    ['a private key', { ...newKeyPair().jwk, d: 'A'.repeat(43) }],
    ['a key of another curve', { kty: 'EC', crv: 'P-384', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['an RSA key', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
    ['a key with a kid', { ...newKeyPair().jwk, kid: 'mine' }],
    ['a shared secret', { kty: 'oct', k: 'AAAA' }],
    ['a coordinate with bits to spare', { kty: 'OKP', crv: 'Ed25519', x: `${'A'.repeat(42)}B` }],
    ['a padded coordinate', { kty: 'OKP', crv: 'Ed25519', x: `${'A'.repeat(42)}=` }],
  ])('is not %s', (_title, jwk) => {
    expect(ApplicationJwk.safeParse(jwk).success).toBe(false);
  });

  it('is not a point beside its curve', async () => {
    const jwk = ApplicationJwk.parse({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) });
    await expect(applicationKey(hub, hwf, jwk)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('a change of an application', () => {
  it('suspends and reinstates, but never the caller itself', async () => {
    const live = await application();
    const operator = caller({}, 'operator', boost);
    const suspended = changeApplication(live, { status: 'suspended' }, operator);
    expect(suspended).toEqual({ ...live, status: 'suspended' });
    expect(changeApplication(suspended, { status: 'live' }, operator)).toEqual(live);
    expect(refusalOf(() => changeApplication(live, { status: 'live' }, operator))).toBe('no-change');
    expect(refusalOf(() => changeApplication(live, { status: 'suspended' }, caller({}, 'operator')))).toBe('conflict');
  });

  it('replaces the whole policy', async () => {
    const policy = Policy.parse({ modes: ['dev'], createEnterprises: 1 });
    expect(changeApplication(await application(), { policy }, caller()).policy).toEqual(policy);
  });

  it('needs one that is there, and a new one needs none', async () => {
    const known = await application();
    expect(assertRegistered(known)).toBe(known);
    expect(refusalOf(() => assertRegistered(undefined))).toBe('not-found');
    expect(refusalOf(() => assertNew(known))).toBe('application-exists');
    expect(refusalOf(() => assertNew(undefined))).toBeUndefined();
  });
});
