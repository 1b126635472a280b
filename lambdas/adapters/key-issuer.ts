import { encodeBase64url } from '../../domain/chain/base64url.ts';
import type { EnterpriseId } from '../../domain/ids.ts';
import { unsignedLeaf } from '../../domain/leaf-claims.ts';
import { type KeyIssuer, Stale } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { dynamoEnterprises } from './enterprises.ts';
import { kmsSign } from './kms-signing.ts';
import { perRuntime } from './per-runtime.ts';
import { seal } from './seal.ts';

/** Sign first, record second, answer third: a failed signature changes nothing (design.md 8). */
export const kmsKeyIssuer = perRuntime(
  (runtime: Runtime): KeyIssuer => ({
    async issue(claims, { kmsKey, link }, idempotencyKey) {
      const unsigned = unsignedLeaf(claims, link.kid);
      const signature = await kmsSign(runtime, kmsKey, unsigned).catch(error => readAnew(runtime, claims.ent, error));
      const { gen: generation, jti, iat: issuedAt, exp: expiresAt } = claims;
      const sealed = seal(idempotencyKey, jti, signature);
      return {
        token: `${unsigned}.${encodeBase64url(signature)}~${link.chain}`,
        recorded: { generation, jti, issuedAt, expiresAt, link: link.id, sealed },
      };
    },
  }),
);

/** A compromised key is disabled while other instances still believe that it signs: they read again and take the next one. */
function readAnew(runtime: Runtime, enterprise: EnterpriseId, error: unknown): never {
  if (!(error instanceof Error) || !/^(Disabled|KMSInvalidState)Exception$/.test(error.name)) throw error;
  dynamoEnterprises(runtime).forget(enterprise);
  throw new Stale();
}
