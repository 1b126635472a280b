import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import * as z from 'zod';
import type { Claims } from '../../../domain/chain/levels.ts';
import { PublicJwk } from '../../../domain/chain/levels.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import { unsignedToken } from '../../../domain/chain/unsigned-token.ts';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import { hour } from '../../../domain/kernel/time.ts';
import { readSecret } from '../aws/secrets.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { createTimedCache } from '../kernel/timed-cache.ts';

/** Signs verdicts with the responder key of the caller's Org, without KMS. */
export interface Responder {
  /** reads the key in advance, in parallel with other reads */
  prepare(org: OrgId): Promise<void>;
  sign(org: OrgId, verdict: Omit<Claims<'verdict+jwt'>, 'iss'>): Promise<string>;
}

/** A responder key is created daily and certified for 14 days, so a cached one is always valid. */
const cacheSeconds = hour;

const ResponderSecret = z.object({ chain: z.string(), privateKey: PublicJwk.extend({ d: z.string() }) });

interface ResponderKey {
  readonly chain: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** Signs in this process, so that a check costs no KMS request. */
export const secretResponder = perRuntime((runtime: Runtime): Responder => {
  const keys = createTimedCache<ResponderKey>(runtime, cacheSeconds);
  const keyOf = async (org: OrgId) => await keys.get(org, async () => await readKey(runtime, org));
  return {
    async prepare(org) {
      await keyOf(org);
    },
    async sign(org, verdict) {
      const { chain, kid, privateKey } = await keyOf(org);
      const unsigned = unsignedToken('verdict+jwt', kid, { iss: `responder:${org}`, ...verdict });
      const signature = sign('sha256', Buffer.from(unsigned), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${unsigned}.${encodeBase64url(signature)}~${chain}`;
    },
  };
});

async function readKey(runtime: Runtime, org: OrgId): Promise<ResponderKey> {
  const text = await readSecret(runtime, `responder/${org}`);
  if (!text) throw new Error(`Org ${org} has no responder key.`);
  const { chain, privateKey } = ResponderSecret.parse(JSON.parse(text));
  const { d: _private, ...publicJwk } = privateKey;
  return {
    chain,
    kid: await thumbprintOf(publicJwk),
    privateKey: createPrivateKey({ key: privateKey, format: 'jwk' }),
  };
}
