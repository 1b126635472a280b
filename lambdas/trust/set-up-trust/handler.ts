import * as z from 'zod';
import { encodeBase64url } from '../../../domain/chain/base64url.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import { unsignedToken } from '../../../domain/chain/unsigned-token.ts';
import { OrgId } from '../../../domain/ids.ts';
import { orgLinkClaims } from '../../../domain/links.ts';
import { kmsPublicKey } from '../../adapters/kms-public-key.ts';
import { kmsSign } from '../../adapters/kms-signing.ts';
import { orgKeyId } from '../../adapters/org-keys.ts';
import { setting } from '../../environment.ts';
import { customResource } from '../../pipeline/invoked.ts';

const Properties = z.object({
  org: OrgId,
  /** changes when the link must be made anew: CloudFormation calls again */
  serial: z.string().optional(),
});

/**
 * Certifies the key of an Org under the Root: at deployment, and when the link is due. Alone uses the Root key, reaches no table,
 * vouches only for the keys that the stack has named to it.
 * @returns the Root's public key, which the deployment pins, and the link
 */
export const handler = customResource(Properties, async ({ org }, runtime) => {
  const rootKeyId = setting(runtime, 'ROOT_KEY_ID');
  const rootJwk = await kmsPublicKey(runtime, rootKeyId);
  const orgJwk = await kmsPublicKey(runtime, orgKeyId(runtime, org));
  const unsigned = unsignedToken(
    'org-link+jwt',
    await thumbprintOf(rootJwk),
    orgLinkClaims(org, orgJwk, runtime.now()),
  );
  return {
    rootJwk: JSON.stringify(rootJwk),
    orgLink: `${unsigned}.${encodeBase64url(await kmsSign(runtime, rootKeyId, unsigned))}`,
  };
});
