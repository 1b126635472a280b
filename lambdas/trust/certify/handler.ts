import { generateKeyPairSync } from 'node:crypto';
import { encodeBase64url } from '../../../domain/chain/base64url.ts';
import { type Claims, PublicJwk, type TokenType } from '../../../domain/chain/levels.ts';
import { unsignedToken } from '../../../domain/chain/unsigned-token.ts';
import { verifyLink } from '../../../domain/chain/verify-chain.ts';
import { type OrgId, orgOf } from '../../../domain/ids.ts';
import { applicationTokenClaims, enterpriseLinkClaims, responderLinkClaims } from '../../../domain/links.ts';
import { pinnedChainVerifier } from '../../adapters/chain-verifier.ts';
import { checkSignature } from '../../adapters/check-signature.ts';
import { enterpriseAlias } from '../../adapters/enterprise-alias.ts';
import { kmsPublicKey } from '../../adapters/kms-public-key.ts';
import { kmsSign } from '../../adapters/kms-signing.ts';
import { orgKeyId } from '../../adapters/org-keys.ts';
import { writeSecret } from '../../adapters/secrets.ts';
import { invoked } from '../../pipeline/invoked.ts';
import type { Runtime } from '../../runtime.ts';
import { type CertifyAnswer, CertifyRequest } from './schema.ts';

/** The certifier: alone uses the Org keys, reaches no table, vouches only for keys that it has read or made itself. */
export const handler = invoked(CertifyRequest, async (request, runtime): Promise<CertifyAnswer> => {
  const now = runtime.now();
  const { roots } = pinnedChainVerifier(runtime);
  const parent = await verifyLink(request.orgLink, 'org-link+jwt', { roots, at: now, checkSignature });
  if (parent.sub !== `org:${request.org}`) throw new Error('the org link is of another Org');
  const sign = signerUnder(runtime, request.org, parent.kid);
  switch (request.kind) {
    case 'enterprise': {
      if (orgOf(request.enterprise) !== request.org) throw new Error('the enterprise is of another Org');
      const jwk = await kmsPublicKey(runtime, enterpriseAlias(runtime, request.enterprise));
      return {
        token: await sign(
          'enterprise-link+jwt',
          enterpriseLinkClaims(request.enterprise, request.org, jwk, now, parent.exp),
        ),
      };
    }
    case 'responder': {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const jwk = PublicJwk.parse(publicKey.export({ format: 'jwk' }));
      const token = await sign('responder-link+jwt', responderLinkClaims(request.org, jwk, now, parent.exp));
      const secret = { chain: `${token}~${request.orgLink}`, privateKey: privateKey.export({ format: 'jwk' }) };
      await writeSecret(runtime, `responder/${request.org}`, JSON.stringify(secret));
      return { token };
    }
    case 'application': {
      const { org, app, keys } = request;
      return { token: await sign('application+jwt', applicationTokenClaims(org, app, keys, now, parent.exp)) };
    }
  }
});

function signerUnder(runtime: Runtime, org: OrgId, kid: string) {
  return async <T extends TokenType>(type: T, claims: Claims<T>): Promise<string> => {
    const unsigned = unsignedToken(type, kid, claims);
    return `${unsigned}.${encodeBase64url(await kmsSign(runtime, orgKeyId(runtime, org), unsigned))}`;
  };
}
