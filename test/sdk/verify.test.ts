import { describe, expect, it } from '@jest/globals';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../sdk/check-signature.ts';
import { verifyEnterpriseKey, verifyKey, verifySiteKey } from '../../sdk/verify.ts';
import { UntrustedVerdictError, verifyVerdict } from '../../sdk/verify-verdict.ts';
import {
  type Candidate,
  core,
  coreLink,
  genuine,
  hubLink,
  leafOf,
  otherRoot,
  responder,
  responderLink,
  root,
  site,
  veolia,
  veoliaLink,
} from '../support/tamper/chain-world.ts';
import { claims, now, token } from '../support/tamper/chains.ts';
import { forgeries } from '../support/tamper/forgeries.ts';

const parents = createParentCache();
const pinned = { root: root.jwk, now };

/** As test/bars/forged-chains.test.ts does it, by WebCrypto. */
async function verify({ token, type = 'site-key+jwt', at = now, roots = [root] }: Candidate) {
  return await verifyChain(token, type, { roots: roots.map(({ jwk }) => jwk), at, checkSignature, parents });
}

describe('R17 by WebCrypto, as a client verifies', () => {
  it.each(Object.entries(genuine))('accepts %s', async (_, candidate) => {
    await expect(verify(candidate)).resolves.toMatchObject({ iss: expect.any(String) });
  });

  it.each(Object.entries(forgeries))('refuses %s', async (_, candidate) => {
    await expect(verify(candidate)).rejects.toBeInstanceOf(ChainError);
  });

  it('refuses a chain whose link vouches for a point that is not on the curve', async () => {
    const off = { ...root.jwk, y: root.jwk.x };
    await expect(verifySiteKey(site, { root: off, now })).rejects.toBeInstanceOf(ChainError);
  });
});

describe('the verification of keys', () => {
  it('tells what was signed, of a site and of an enterprise', async () => {
    const enterpriseKey = genuine['an enterprise key'].token;
    expect(await verifySiteKey(site, pinned)).toMatchObject({ ent: veolia, mode: 'production' });
    expect(await verifyEnterpriseKey(enterpriseKey, pinned)).toMatchObject({ ent: veolia });
    expect((await verifyKey(site, pinned)).sub).toMatch(/^site:/);
    expect((await verifyKey(enterpriseKey, pinned)).sub).toMatch(/^enterprise:/);
  });

  it('judges as of the given time, or as of the end of the key', async () => {
    const chain = `${leafOf({ exp: now + 10 })}~${veoliaLink}~${hubLink}`;
    await expect(verifySiteKey(chain, { ...pinned, now: now + 10 })).rejects.toMatchObject({ reason: 'expired' });
    await expect(verifySiteKey(chain, { ...pinned, now: 'own-expiry' })).resolves.toBeDefined();
  });

  it('accepts nothing at a time that is no number: a setting that was not set', async () => {
    await expect(verifySiteKey(site, { ...pinned, now: Number(undefined) })).rejects.toBeInstanceOf(ChainError);
  });

  it('takes one Root or several, with or without the members of a JWK set, and nothing else', async () => {
    const asPublished = { ...root.jwk, kid: root.kid, use: 'sig', alg: 'ES256' };
    await expect(verifySiteKey(site, { root: asPublished, now })).resolves.toBeDefined();
    await expect(verifySiteKey(site, { root: [otherRoot.jwk, root.jwk], now })).resolves.toBeDefined();
    await expect(verifySiteKey(site, { root: otherRoot.jwk, now })).rejects.toMatchObject({ reason: 'unknown-root' });
    await expect(verifySiteKey(site, { root: { kty: 'OKP' }, now })).rejects.toThrow(
      /pinned Root is invalid: expected a P-256/,
    );
  });
});

describe('the verification of verdicts', () => {
  const nonce = 'nonce-of-the-request';
  const audience = 'application:hub/hwf';
  const about = { jti: 'AAAAAAAAAAAAAAAAAAAAAA', sub: `site:${veolia}-aaaaaaaaaaaaaaaaa` };
  const verdictOf = (more: object = {}, signer = responder, above = `${responderLink}~${hubLink}`) =>
    `${token('verdict+jwt', claims.verdict('hub', { ...about, ...more }), signer)}~${above}`;
  const asked = { ...pinned, nonce, audience, key: site };

  it('believes the answer to this question about this key', async () => {
    expect(await verifyVerdict(verdictOf(), asked)).toMatchObject({ valid: true });
    expect(await verifyVerdict(verdictOf({ valid: false, reason: 'suspended' }), asked)).toMatchObject({
      valid: false,
    });
  });

  it.each([
    ['for another application', verdictOf({ aud: 'application:hub/boost' }), 'other-audience'],
    ['for another Org', verdictOf({ aud: 'application:core/hwf' }), 'other-audience'],
    ['that answers another request', verdictOf({ nonce: 'nonce-of-yesterday' }), 'other-nonce'],
    ['about another key', verdictOf({ jti: 'BAAAAAAAAAAAAAAAAAAAAA' }), 'other-key'],
    ['about another site', verdictOf({ sub: `site:${veolia}-aaaaaaaaaaaaaaaab` }), 'other-key'],
    ['about no key', verdictOf({ jti: undefined, sub: undefined }), 'other-key'],
  ])('believes none %s', async (_, verdict, reason) => {
    const refusal = await verifyVerdict(verdict, asked).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UntrustedVerdictError);
    expect(refusal).toMatchObject({ reason });
  });

  it('believes none of a responder of another Org', async () => {
    const link = token('responder-link+jwt', claims.responderLink('core', responder), core);
    const foreign = `${token('verdict+jwt', claims.verdict('core', { ...about, aud: audience }), responder)}~${link}~${coreLink}`;
    await expect(verifyVerdict(foreign, asked)).rejects.toMatchObject({ reason: 'other-org' });
  });

  it.each([
    ['signed under another Root', verdictOf({}, otherRoot)],
    ['signed by the Root', verdictOf({}, root)],
    ['that has ended', verdictOf({ exp: now })],
    ['without a signature', verdictOf().replace(/\.[^.~]*~/, '.~')],
    ['that is a key', site],
    ['that is empty', ''],
  ])('believes none %s', async (_, verdict) => {
    await expect(verifyVerdict(verdict, asked)).rejects.toBeInstanceOf(ChainError);
  });

  it('takes the verdict on a forged key, which has no name', async () => {
    const verdict = verdictOf({ jti: undefined, sub: undefined, valid: false, reason: 'key-not-genuine' });
    expect(await verifyVerdict(verdict, { ...asked, key: `${site}x` })).toMatchObject({ reason: 'key-not-genuine' });
    await expect(verifyVerdict(verdictOf(), { ...asked, key: `${site}x` })).rejects.toMatchObject({
      reason: 'other-key',
    });
  });
});
