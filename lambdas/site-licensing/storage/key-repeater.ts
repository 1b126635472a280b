import type { LeafClaims } from '../../../domain/chain/levels.ts';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { unsignedLeaf } from '../../../domain/site-licensing/leaf-claims.ts';
import type { RecordedKey } from '../../../domain/site-licensing/recorded-key.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { dynamoEnterprises } from './enterprises.ts';
import { decryptSignature } from './signature-encryption.ts';

/** Creates a recorded key again, byte for byte, without KMS. */
export interface KeyRepeater {
  repeat(claims: LeafClaims, recorded: RecordedKey, idempotencyKey: string): Promise<string>;
}

/** Rebuilds a recorded key from its claims, the decrypted signature, and the links that it was issued under. */
export const storedKeyRepeater = perRuntime(
  (runtime: Runtime): KeyRepeater => ({
    async repeat(claims, recorded, idempotencyKey) {
      if (await dynamoEnterprises(runtime).isSuspended(claims.ent))
        throw new Refusal('enterprise-suspended', 'The enterprise is suspended. Ask the vendor.');
      const { kid, chain } = await dynamoEnterprises(runtime).link(claims.ent, recorded.link);
      const signature = decryptSignature(idempotencyKey, recorded.jti, recorded.encryptedSignature);
      return `${unsignedLeaf(claims, kid)}.${encodeBase64url(signature)}~${chain}`;
    },
  }),
);
