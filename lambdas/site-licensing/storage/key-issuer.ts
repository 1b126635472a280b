import type { LeafClaims } from '../../../domain/chain/levels.ts';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import type { EnterpriseId } from '../../../domain/kernel/ids.ts';
import type { EstablishedEnterprise } from '../../../domain/site-licensing/enterprise.ts';
import { unsignedLeaf } from '../../../domain/site-licensing/leaf-claims.ts';
import type { RecordedKey } from '../../../domain/site-licensing/recorded-key.ts';
import { kmsSign } from '../../platform/aws/kms-signing.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { ConflictError } from '../../platform/storage/conflict-error.ts';
import { dynamoEnterprises } from './enterprises.ts';
import { encryptSignature } from './signature-encryption.ts';

export interface IssuedKey {
  readonly token: string;
  /** the record of the key without its request */
  readonly recorded: Omit<RecordedKey, 'request'>;
}

/** Signs keys with the enterprise's KMS key. */
export interface KeyIssuer {
  issue(claims: LeafClaims, enterprise: EstablishedEnterprise, idempotencyKey: string): Promise<IssuedKey>;
}

/** Signs before the key is recorded and answered, so that a failed signature changes nothing (docs/rules.md 8). */
export const kmsKeyIssuer = perRuntime(
  (runtime: Runtime): KeyIssuer => ({
    async issue(claims, { kmsKey, link }, idempotencyKey) {
      const unsigned = unsignedLeaf(claims, link.kid);
      const signature = await kmsSign(runtime, kmsKey, unsigned).catch(error =>
        retryWithCurrentKey(runtime, claims.ent, error),
      );
      const { gen: generation, jti, iat: issuedAt, exp: expiresAt } = claims;
      const encryptedSignature = encryptSignature(idempotencyKey, jti, signature);
      return {
        token: `${unsigned}.${encodeBase64url(signature)}~${link.chain}`,
        recorded: { generation, jti, issuedAt, expiresAt, link: link.id, encryptedSignature },
      };
    },
  }),
);

/** Throws a conflict for a disabled key: another instance has rotated it, and the repeated attempt reads the current one. */
function retryWithCurrentKey(runtime: Runtime, enterprise: EnterpriseId, error: unknown): never {
  if (!(error instanceof Error) || !/^(Disabled|KMSInvalidState)Exception$/.test(error.name)) throw error;
  dynamoEnterprises(runtime).forget(enterprise);
  throw new ConflictError();
}
