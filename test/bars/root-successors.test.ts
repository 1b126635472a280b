import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { LinkType } from '../../domain/chain/levels.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { followSuccessors, verifySuccessor } from '../../domain/chain/successors.ts';
import { type VerifyOptions, verifyLink } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import {
  hub,
  hubLink,
  leaf,
  root,
  site,
  veolia,
  veoliaKey,
  veoliaLink,
  verify,
} from '../support/tamper/chain-world.ts';
import { claims, encoded, jws, newPair, now, type Pair, type Part, token } from '../support/tamper/chains.ts';

const second = newPair();
const third = newPair();
const stranger = newPair();
const seed = 17;

const { successor: said } = claims;
const announce = (successor: Pair, signer: Pair, more: Part = {}) =>
  token('root-successor+jwt', said(successor, more), signer);
const genuine = announce(second, root);
const options = (...pins: Pair[]): VerifyOptions => ({ roots: pins.map(({ jwk }) => jwk), at: now, checkSignature });

const [header = '', payload = '', signature = ''] = genuine.split('.');
const forgeries: Record<string, string> = {
  'an announcement signed by an Org': announce(second, hub),
  'one signed by an Org under the kid of the Root': jws(
    { alg: 'ES256', typ: 'root-successor+jwt', kid: root.kid },
    said(second),
    hub,
  ),
  'one signed by an Org, with its org link': `${announce(second, hub)}~${hubLink}`,
  'one signed by an Org in its own name': announce(second, hub, { iss: 'org:hub' }),
  'one signed by an enterprise': announce(second, veoliaKey),
  'one that the next Root has signed itself': announce(second, second),
  'one signed by a former successor that is not pinned': announce(third, second),
  'one signed by an unknown Root': announce(second, stranger),
  'one that has ended': announce(second, root, { exp: now - 1 }),
  'one that ends this second': announce(second, root, { exp: now }),
  'one that begins in an hour': announce(second, root, { nbf: now + 3600 }),
  'one that names an Org': announce(second, root, { sub: 'org:hub' }),
  'one without a key': token('root-successor+jwt', { ...said(second), cnf: undefined }, root),
  'one with one claim more': announce(second, root, { org: 'hub' }),
  'one with a private key': announce(second, root, { cnf: { jwk: { ...second.jwk, d: second.jwk.x } } }),
  'one with another key put in': `${header}.${encoded(said(stranger))}.${signature}`,
  'one without a signature': `${header}.${payload}.`,
  'one with alg none': `${encoded({ alg: 'none', typ: 'root-successor+jwt', kid: root.kid })}.${payload}.`,
  'one with its key in the header': jws(
    { alg: 'ES256', typ: 'root-successor+jwt', kid: root.kid, jwk: stranger.jwk },
    said(second),
    stranger,
  ),
  'an org link': token('org-link+jwt', claims.orgLink('hub', second), root),
  'its claims under the typ of an org link': token('org-link+jwt', said(second), root),
  'the claims of an org link under its typ': token('root-successor+jwt', claims.orgLink('hub', second), root),
  'a site key': site,
  'one with something behind it': `${genuine}~${hubLink}`,
};

describe('R17: the successor of a Root', () => {
  it('is accepted from the pinned Root, and then verifies chains', async () => {
    await expect(verifySuccessor(genuine, options(root))).resolves.toEqual(second.jwk);
    const newLink = token('org-link+jwt', claims.orgLink('hub', hub), second);
    const roots = [root, second];
    await expect(verify({ token: `${leaf}~${veoliaLink}~${newLink}`, roots })).resolves.toMatchObject({ ent: veolia });
    await expect(verify({ token: `${leaf}~${veoliaLink}~${newLink}` })).rejects.toMatchObject({
      reason: 'unknown-root',
    });
  });

  it('is followed over generations, in whatever order the announcements come', async () => {
    const chain = [announce(third, second), ...Object.values(forgeries), genuine];
    const learned = await followSuccessors(chain, options(root));
    expect(learned).toEqual([root.jwk, second.jwk, third.jwk]);
    expect(await followSuccessors(chain, options(second))).toEqual([second.jwk, third.jwk]);
    expect(await followSuccessors([], options(root))).toEqual([root.jwk]);
  });

  describe.each(Object.entries(forgeries))('is refused: %s', (_name, forgery) => {
    it('by the verifier', async () => {
      await expect(verifySuccessor(forgery, options(root))).rejects.toBeInstanceOf(ChainError);
    });

    it('and leaves the pins as they are', async () => {
      expect(await followSuccessors([forgery], options(root))).toEqual([root.jwk]);
    });
  });

  it.each<[string, string]>([
    ['org link', `${leaf}~${veoliaLink}~${genuine}`],
    ['enterprise link', `${leaf}~${genuine}~${hubLink}`],
    ['leaf', `${genuine}~${veoliaLink}~${hubLink}`],
    [
      'link above an org link',
      `${leaf}~${veoliaLink}~${token('org-link+jwt', claims.orgLink('hub', hub), second)}~${genuine}`,
    ],
  ])('never stands in a chain as an %s', async (_place, chain) => {
    const cache = createParentCache();
    await expect(verify({ token: chain })).rejects.toBeInstanceOf(ChainError);
    await expect(verifySuccessor(genuine, { ...options(root), parents: cache })).resolves.toEqual(second.jwk);
    await expect(verify({ token: chain }, cache)).rejects.toBeInstanceOf(ChainError);
  });

  it.each<LinkType>(['org-link+jwt', 'enterprise-link+jwt', 'responder-link+jwt'])('is no %s', async type => {
    await expect(verifyLink(genuine, type, options(root))).rejects.toBeInstanceOf(ChainError);
  });

  it(`is refused with one character changed, wherever it is (seed ${seed})`, async () => {
    const change = fc.record({ at: fc.nat(genuine.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, byte }) => {
        fc.pre(genuine.charCodeAt(at) !== byte);
        const bent = genuine.slice(0, at) + String.fromCharCode(byte) + genuine.slice(at + 1);
        await expect(verifySuccessor(bent, options(root))).rejects.toBeInstanceOf(ChainError);
      }),
      { seed, numRuns: 1000 },
    );
  });
});
