import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { genuine, hubLink, leaf, site, veoliaLink, verify, warmCache } from '../support/tamper/chain-world.ts';
import { respelled } from '../support/tamper/chains.ts';
import { forgeries } from '../support/tamper/forgeries.ts';

const seed = 17;

describe('R17: a chain of trust', () => {
  describe.each(Object.entries(genuine))('accepts %s', (_name, candidate) => {
    it('without a cache', async () => {
      await expect(verify(candidate)).resolves.toMatchObject({ iss: expect.any(String) });
    });

    it('twice with one', async () => {
      const cache = createParentCache();
      const first = await verify(candidate, cache);
      expect(await verify(candidate, cache)).toEqual(first);
    });
  });

  describe.each(Object.entries(forgeries))('refuses %s', (_name, candidate) => {
    it('without a cache', async () => {
      await expect(verify(candidate)).rejects.toBeInstanceOf(ChainError);
    });

    it('with a cache that has seen every genuine chain, and leaves that cache as good as it was', async () => {
      const cache = await warmCache();
      await expect(verify(candidate, cache)).rejects.toBeInstanceOf(ChainError);
      await expect(verify(candidate, cache)).rejects.toBeInstanceOf(ChainError);
      await expect(verify({ token: site }, cache)).resolves.toMatchObject({ sub: expect.stringContaining('site:') });
    });
  });

  it(`refuses a genuine token with one character changed, wherever it is (seed ${seed})`, async () => {
    const cache = await warmCache();
    const change = fc.record({ at: fc.nat(site.length - 1), byte: fc.nat(255), cached: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, byte, cached }) => {
        fc.pre(site.charCodeAt(at) !== byte);
        const token = site.slice(0, at) + String.fromCharCode(byte) + site.slice(at + 1);
        await expect(verify({ token }, cached ? cache : undefined)).rejects.toBeInstanceOf(ChainError);
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('accepts the other spelling of an ECDSA signature with the same claims: judge by jti, never by text', async () => {
    const cache = await warmCache();
    const claims = await verify({ token: site });
    const spellings = [
      `${respelled(leaf)}~${veoliaLink}~${hubLink}`,
      `${leaf}~${respelled(veoliaLink)}~${hubLink}`,
      `${leaf}~${veoliaLink}~${respelled(hubLink)}`,
    ];
    for (const token of spellings) {
      expect(token).not.toBe(site);
      expect(await verify({ token })).toEqual(claims);
      expect(await verify({ token }, cache)).toEqual(claims);
    }
  });
});
