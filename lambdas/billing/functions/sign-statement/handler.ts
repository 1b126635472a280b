import { unsignedToken } from '../../../../domain/chain/unsigned-token.ts';
import { encodeBase64url } from '../../../../domain/kernel/base64url.ts';
import { statementClaims } from '../../../../domain/trust/links.ts';
import { kmsSign } from '../../../platform/aws/kms-signing.ts';
import { invoked } from '../../../platform/background/invoked.ts';
import { orgKeyIds } from '../../../platform/trust/key-ids.ts';
import { linkOfSigningKey } from '../../../platform/trust/signing-org-link.ts';
import { type SignStatementAnswer, SignStatementRequest } from './schema.ts';

/** Signs statements under an Org, and nothing else; reaches neither the table nor the files that it signs for. */
export const handler = invoked(
  SignStatementRequest,
  async ({ orgLinks, ...statement }, runtime): Promise<SignStatementAnswer> => {
    const { org } = statement;
    const { text: orgLink, link: parent } = await linkOfSigningKey(runtime, org, orgLinks);
    const claims = statementClaims(statement, runtime.now(), parent.exp);
    const unsigned = unsignedToken('statement+jwt', parent.kid, claims);
    const signature = await kmsSign(runtime, orgKeyIds(runtime, org).current, unsigned);
    return { chain: `${unsigned}.${encodeBase64url(signature)}~${orgLink}` };
  },
);
