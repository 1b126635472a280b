import { followRoot } from '../../sdk/verify.ts';
import { hub, otherRoot, root } from '../../test/support/tamper/chain-world.ts';
import { claims, newPair, now, type Pair, type Part, token } from '../../test/support/tamper/chains.ts';

const second = newPair('second root');
const third = newPair('third root');

function announce(successor: Pair, signer: Pair, more: Part = {}): string {
  return token('root-successor+jwt', claims.successor(successor, more), signer);
}

/** Returns lists of announcements, and the Roots that a client with the first Root pinned knows after each. */
export async function successorVectors() {
  const lists: Readonly<Record<string, readonly string[]>> = {
    'none is announced': [],
    'one is announced': [announce(second, root)],
    'two follow each other, shown in the wrong order': [announce(third, second), announce(second, root)],
    'the successor announces itself': [announce(second, second)],
    'a stranger announces himself': [announce(otherRoot, otherRoot)],
    'an Org announces a Root': [announce(second, hub)],
    'the way to it has a gap': [announce(third, second)],
    'the announcement has ended': [announce(second, root, { exp: now })],
    'the announcement begins in an hour': [announce(second, root, { nbf: now + 3600 })],
    'the announcement is about an Org': [announce(second, root, { sub: 'org:hub' })],
    'the announcement says more than it may': [announce(second, root, { org: 'hub' })],
    'an org link is shown as one': [token('org-link+jwt', claims.orgLink('hub', second), root)],
    'junk among good ones': ['', 'junk', announce(otherRoot, otherRoot), announce(second, root)],
  };
  return await Promise.all(
    Object.entries(lists).map(async ([name, announcements]) => {
      const roots = [root.jwk];
      return { name, at: now, roots, announcements, known: await followRoot(announcements, { root: roots, now }) };
    }),
  );
}
