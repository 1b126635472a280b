import { encodeBase64url } from '../../../domain/chain/base64url.ts';
import { unsignedToken } from '../../../domain/chain/unsigned-token.ts';
import { verifyLink } from '../../../domain/chain/verify-chain.ts';
import { statementClaims } from '../../../domain/links.ts';
import { pinnedChainVerifier } from '../../adapters/chain-verifier.ts';
import { checkSignature } from '../../adapters/check-signature.ts';
import { kmsSign } from '../../adapters/kms-signing.ts';
import { orgKeyId } from '../../adapters/org-keys.ts';
import { invoked } from '../../pipeline/invoked.ts';
import { type SignStatementAnswer, SignStatementRequest } from './schema.ts';

/** Signs statements under an Org, and nothing else; reaches neither the table nor the files that it signs for. */
export const handler = invoked(
  SignStatementRequest,
  async ({ orgLink, ...statement }, runtime): Promise<SignStatementAnswer> => {
    const { org } = statement;
    const now = runtime.now();
    const { roots } = pinnedChainVerifier(runtime);
    const parent = await verifyLink(orgLink, 'org-link+jwt', { roots, at: now, checkSignature });
    if (parent.sub !== `org:${org}`) throw new Error('the org link is of another Org');
    const unsigned = unsignedToken('statement+jwt', parent.kid, statementClaims(statement, now, parent.exp));
    return { token: `${unsigned}.${encodeBase64url(await kmsSign(runtime, orgKeyId(runtime, org), unsigned))}` };
  },
);
