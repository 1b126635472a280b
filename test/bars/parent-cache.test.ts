import { describe, expect, it } from '@jest/globals';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { PublicJwk } from '../../domain/chain/levels.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import {
  genuine,
  hub,
  hubLink,
  leafOf,
  otherRoot,
  root,
  site,
  veolia,
  veoliaKey,
  veoliaLink,
  verify,
} from '../support/tamper/chain-world.ts';
import { claims, days, now, thumbprint, token } from '../support/tamper/chains.ts';

const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

describe('R17: a warm cache of parents', () => {
  it('does not carry a chain over to another set of Roots', async () => {
    const cache = createParentCache();
    await verify({ token: site }, cache);
    await expect(verify({ token: site, roots: [otherRoot] }, cache)).rejects.toMatchObject({ reason: 'unknown-root' });
    await expect(verify({ token: site, roots: [] }, cache)).rejects.toMatchObject({ reason: 'unknown-root' });
  });

  it('does not carry a chain over to a Root that shares half of its coordinates', async () => {
    const y = p - BigInt(`0x${Buffer.from(root.jwk.y, 'base64url').toString('hex')}`);
    const jwk = PublicJwk.parse({
      ...root.jwk,
      y: Buffer.from(y.toString(16).padStart(64, '0'), 'hex').toString('base64url'),
    });
    const mirrored = { ...root, jwk, kid: thumbprint(jwk) };
    const cache = createParentCache();
    await verify({ token: site }, cache);
    await expect(verify({ token: site, roots: [mirrored] }, cache)).rejects.toBeInstanceOf(ChainError);
  });

  it('does not keep a parent beyond its end', async () => {
    const link = token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey, { exp: now + 10 }), hub);
    const chain = `${leafOf({ exp: now + 10 })}~${link}~${hubLink}`;
    const cache = createParentCache();
    await verify({ token: chain, at: now + 9 }, cache);
    await expect(verify({ token: chain, at: now + 10 }, cache)).rejects.toMatchObject({ reason: 'expired' });
  });

  it('does not let a leaf begin before its Org did', async () => {
    const late = token('org-link+jwt', claims.orgLink('hub', hub, { nbf: now + days }), root);
    const chain = `${leafOf()}~${veoliaLink}~${late}`;
    const cache = createParentCache();
    await verify({ token: chain, at: now + 2 * days }, cache);
    await expect(verify({ token: chain, at: now }, cache)).rejects.toMatchObject({ reason: 'not-yet-valid' });
  });

  it('does not take a parent of one kind for another', async () => {
    const cache = createParentCache();
    await verify(genuine['a verdict'], cache);
    await verify({ token: site }, cache);
    const verdictUnderEnterprise = `${token('verdict+jwt', claims.verdict('hub'), veoliaKey)}~${veoliaLink}~${hubLink}`;
    await expect(verify({ token: verdictUnderEnterprise, type: 'verdict+jwt' }, cache)).rejects.toBeInstanceOf(
      ChainError,
    );
  });

  it('remembers no parent that was refused', async () => {
    const cache = createParentCache();
    const forged = token('enterprise-link+jwt', claims.enterpriseLink(veolia, veoliaKey), otherRoot);
    for (let i = 0; i < 3; i++)
      await expect(verify({ token: `${leafOf()}~${forged}~${hubLink}` }, cache)).rejects.toBeInstanceOf(ChainError);
  });

  it('makes room for the newest and verifies what it forgot again', async () => {
    const cache = createParentCache(2);
    for (const candidate of [...Object.values(genuine), ...Object.values(genuine)])
      await expect(verify(candidate, cache)).resolves.toBeDefined();
  });
});
