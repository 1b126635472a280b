import { encodeBase64url } from '../../domain/chain/base64url.ts';
import { unsignedLeaf } from '../../domain/leaf-claims.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { KeyRepeater } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { dynamoEnterprises } from './enterprises.ts';
import { perRuntime } from './per-runtime.ts';
import { unseal } from './seal.ts';

/** Joins a recorded key again: claims, the unsealed signature, the links that it was issued under. */
export const sealedKeyRepeater = perRuntime(
  (runtime: Runtime): KeyRepeater => ({
    async repeat(claims, recorded, idempotencyKey) {
      if (await dynamoEnterprises(runtime).isSuspended(claims.ent))
        throw new Refusal('enterprise-suspended', 'This enterprise is suspended; ask the vendor.');
      const { kid, chain } = await dynamoEnterprises(runtime).link(claims.ent, recorded.link);
      const signature = unseal(idempotencyKey, recorded.jti, recorded.sealed);
      return `${unsignedLeaf(claims, kid)}.${encodeBase64url(signature)}~${chain}`;
    },
  }),
);
