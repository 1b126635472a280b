import { encodeBase64url } from '../../../domain/chain/base64url.ts';
import { unsignedToken } from '../../../domain/chain/unsigned-token.ts';
import { statementClaims } from '../../../domain/links.ts';
import { orgKeyIds } from '../../adapters/key-ids.ts';
import { kmsSign } from '../../adapters/kms-signing.ts';
import { linkOfOurKey } from '../../adapters/own-org-link.ts';
import { invoked } from '../../pipeline/invoked.ts';
import { type SignStatementAnswer, SignStatementRequest } from './schema.ts';

/** Signs statements under an Org, and nothing else; reaches neither the table nor the files that it signs for. */
export const handler = invoked(
  SignStatementRequest,
  async ({ orgLinks, ...statement }, runtime): Promise<SignStatementAnswer> => {
    const { org } = statement;
    const { text: orgLink, link: parent } = await linkOfOurKey(runtime, org, orgLinks);
    const claims = statementClaims(statement, runtime.now(), parent.exp);
    const unsigned = unsignedToken('statement+jwt', parent.kid, claims);
    const signature = await kmsSign(runtime, orgKeyIds(runtime, org).current, unsigned);
    return { chain: `${unsigned}.${encodeBase64url(signature)}~${orgLink}` };
  },
);
