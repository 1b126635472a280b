import { generateKeyPairSync } from 'node:crypto';
import { type Claims, PublicJwk, type TokenType } from '../../../../../domain/chain/levels.ts';
import { unsignedToken } from '../../../../../domain/chain/unsigned-token.ts';
import { encodeBase64url } from '../../../../../domain/kernel/base64url.ts';
import { type OrgId, orgOf } from '../../../../../domain/kernel/ids.ts';
import {
  applicationTokenClaims,
  enterpriseLinkClaims,
  responderLinkClaims,
} from '../../../../../domain/trust/links.ts';
import { kmsPublicKey } from '../../../aws/kms-public-key.ts';
import { kmsSign } from '../../../aws/kms-signing.ts';
import { writeSecret } from '../../../aws/secrets.ts';
import { invoked } from '../../../background/invoked.ts';
import type { Runtime } from '../../../kernel/runtime.ts';
import { enterpriseAlias } from '../../enterprise-alias.ts';
import { orgKeyIds } from '../../key-ids.ts';
import { linkOfSigningKey } from '../../signing-org-link.ts';
import { type CertifyAnswer, CertifyRequest } from './schema.ts';

/** Certifies keys under an Org. It has no access to the table, and certifies links only for keys that it has read or generated itself. */
export const handler = invoked(CertifyRequest, async (request, runtime): Promise<CertifyAnswer> => {
  const now = runtime.now();
  const { text: orgLink, link: parent } = await linkOfSigningKey(runtime, request.org, request.orgLinks);
  const sign = signerUnder(runtime, request.org, parent.kid);
  const under = (token: string) => ({ chain: `${token}~${orgLink}` });
  switch (request.kind) {
    case 'enterprise': {
      const { enterprise, generation, org } = request;
      if (orgOf(enterprise) !== org) throw new Error('The enterprise belongs to another Org.');
      const jwk = await kmsPublicKey(runtime, enterpriseAlias(runtime, enterprise, generation));
      return under(await sign('enterprise-link+jwt', enterpriseLinkClaims(enterprise, org, jwk, now, parent.exp)));
    }
    case 'responder': {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const jwk = PublicJwk.parse(publicKey.export({ format: 'jwk' }));
      const token = await sign('responder-link+jwt', responderLinkClaims(request.org, jwk, now, parent.exp));
      const secret = { ...under(token), privateKey: privateKey.export({ format: 'jwk' }) };
      await writeSecret(runtime, `responder/${request.org}`, JSON.stringify(secret));
      return under(token);
    }
    case 'application': {
      const { org, app, keys, policy } = request;
      return under(await sign('application+jwt', applicationTokenClaims(org, app, { keys, policy }, now, parent.exp)));
    }
  }
});

function signerUnder(runtime: Runtime, org: OrgId, kid: string) {
  return async <T extends TokenType>(type: T, claims: Claims<T>): Promise<string> => {
    const unsigned = unsignedToken(type, kid, claims);
    return `${unsigned}.${encodeBase64url(await kmsSign(runtime, orgKeyIds(runtime, org).current, unsigned))}`;
  };
}
