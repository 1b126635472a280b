import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import { verifyChain, verifyLink } from '../../../domain/chain/verify-chain.ts';
import type { Application } from '../../../domain/identity/application.ts';
import { offlinePolicy } from '../../../domain/identity/policy.ts';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import type { EnterpriseId, OrgId } from '../../../domain/kernel/ids.ts';
import { orgOf } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import { hour } from '../../../domain/kernel/time.ts';
import type { EnterpriseLink } from '../../../domain/trust/links.ts';
import { invokeFunction } from '../aws/invoke-function.ts';
import { checkSignature } from '../kernel/check-signature.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { createTimedCache } from '../kernel/timed-cache.ts';
import { pinnedChainVerifier } from './chain-verifier.ts';
import { CertifyAnswer, type CertifyRequest } from './functions/certify/schema.ts';
import { verifiedOwn } from './outdated-roots.ts';
import { dynamoTrustStore, linksOf } from './trust-store.ts';

/** Invokes the certifier, the only function that certifies under the Org keys, and verifies its answers. */
export interface Certifier {
  /** @param generation of the enterprise's KMS key */
  certifyEnterprise(id: EnterpriseId, generation: number): Promise<EnterpriseLink>;
  certifyApplication(application: Application): Promise<{ token: string; expiresAt: Seconds }>;
  /** creates a new responder key; its private half stays in Secrets Manager */
  certifyResponder(org: OrgId): Promise<{ chain: string; expiresAt: Seconds }>;
}

/** An application token lives for a day. */
const tokenCacheSeconds = hour;

/** Verifies every answer of the certifier under the pinned Root. */
export const lambdaCertifier = perRuntime((runtime: Runtime): Certifier => {
  const { roots } = pinnedChainVerifier(runtime);
  const tokens = createTimedCache<{ token: string; expiresAt: number }>(runtime, tokenCacheSeconds);
  const ask = async (org: OrgId, request: DistributiveOmit<CertifyRequest, 'orgLinks' | 'org'>) => {
    const orgLinks = linksOf(await dynamoTrustStore(runtime).find(org));
    const { chain } = await invokeFunction(runtime, 'CERTIFIER_FUNCTION', { ...request, org, orgLinks }, CertifyAnswer);
    return chain;
  };
  const options = () => ({ roots, at: runtime.now(), checkSignature });
  return {
    async certifyEnterprise(id, generation) {
      const chain = await ask(orgOf(id), { kind: 'enterprise', enterprise: id, generation });
      const link = await verifiedOwn(verifyLink(chain, 'enterprise-link+jwt', options()));
      if (link.sub !== `enterprise:${id}`)
        throw new Error('The certifier certified another enterprise than requested.');
      return { id: encodeBase64url(runtime.random(9)), kid: await thumbprintOf(link.jwk), chain, expiresAt: link.exp };
    },
    async certifyApplication({ org, app, keys, policy }) {
      const offline = offlinePolicy(policy);
      const now = runtime.now();
      const live = keys
        .filter(key => key.notAfter === undefined || key.notAfter > now)
        .map(({ keyid, jkt }) => ({ keyid, jkt }));
      // Cached, so that a read does not cost a signature each time: all callers share the rate limit of the Org's key.
      const name = JSON.stringify([org, app, live.map(({ keyid }) => keyid), offline]);
      return await tokens.get(name, async () => {
        const token = await ask(org, { kind: 'application', app, keys: live, policy: offline });
        const { exp: expiresAt } = await verifiedOwn(verifyChain(token, 'application+jwt', options()));
        return { token, expiresAt };
      });
    },
    async certifyResponder(org) {
      const chain = await ask(org, { kind: 'responder' });
      const { exp: expiresAt } = await verifiedOwn(verifyLink(chain, 'responder-link+jwt', options()));
      return { chain, expiresAt };
    },
  };
});

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
