import type { Claims, PublicJwk, TokenType } from '../../../../../domain/chain/levels.ts';
import { thumbprintOf } from '../../../../../domain/chain/thumbprint.ts';
import { unsignedToken } from '../../../../../domain/chain/unsigned-token.ts';
import { encodeBase64url } from '../../../../../domain/kernel/base64url.ts';
import { mapRing, membersOf, type Ring, zipRings } from '../../../../../domain/trust/key-ring.ts';
import { orgLinkClaims, rootSuccessorClaims } from '../../../../../domain/trust/links.ts';
import { kmsPublicKey } from '../../../aws/kms-public-key.ts';
import { kmsSign } from '../../../aws/kms-signing.ts';
import { customResource } from '../../../background/invoked.ts';
import type { Runtime } from '../../../kernel/runtime.ts';
import { keyRings, orgKeyIds, rootKeyIds } from '../../key-ids.ts';
import { type SetUpTrustAnswer, SetUpTrustRequest } from './schema.ts';

/**
 * Certifies the keys of an Org under the Root, and announces the next Root: at deployment, and when a link must be renewed. Only this
 * function uses the Root key. It has no access to the table, and certifies only the keys that the stack names.
 */
export const handler = customResource(SetUpTrustRequest, async ({ org }, runtime): Promise<SetUpTrustAnswer> => {
  const now = runtime.now();
  const roots = await publicKeys(runtime, rootKeyIds(runtime));
  const orgs = await publicKeys(runtime, orgKeyIds(runtime, org));
  const sign = await signerAsRoot(runtime, roots.current);
  const orgKids = await Promise.all(membersOf(orgs).map(async ({ member }) => await thumbprintOf(member)));
  return {
    rootJwk: JSON.stringify(roots.current),
    rootKeys: JSON.stringify(zipRings(keyRings(runtime).root, roots, (generation, jwk) => ({ generation, jwk }))),
    orgKids: orgKids.join(),
    orgLink: await sign('org-link+jwt', orgLinkClaims(org, orgs.current, now)),
    ...(orgs.next && { nextOrgLink: await sign('org-link+jwt', orgLinkClaims(org, orgs.next, now)) }),
    ...(roots.next && { successor: await sign('root-successor+jwt', rootSuccessorClaims(roots.next, now)) }),
  };
});

async function publicKeys(runtime: Runtime, ids: Ring<string>): Promise<Ring<PublicJwk>> {
  const read = membersOf(ids).map(async ({ member }) => [member, await kmsPublicKey(runtime, member)] as const);
  const known = new Map(await Promise.all(read));
  return mapRing(ids, id => {
    const jwk = known.get(id);
    if (!jwk) throw new Error('A public key of the ring is missing.');
    return jwk;
  });
}

async function signerAsRoot(runtime: Runtime, root: PublicJwk) {
  const kid = await thumbprintOf(root);
  return async <T extends TokenType>(type: T, claims: Claims<T>): Promise<string> => {
    const unsigned = unsignedToken(type, kid, claims);
    return `${unsigned}.${encodeBase64url(await kmsSign(runtime, rootKeyIds(runtime).current, unsigned))}`;
  };
}
