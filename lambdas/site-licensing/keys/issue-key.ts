import type { Mode } from '../../../domain/chain/levels.ts';
import { encodeBase64url } from '../../../domain/kernel/base64url.ts';
import { type AppId, type EnterpriseId, Jti, subjectOf } from '../../../domain/kernel/ids.ts';
import { isoTime } from '../../../domain/kernel/time.ts';
import type { EnterpriseKey, EstablishedEnterprise } from '../../../domain/site-licensing/enterprise.ts';
import { numberKey, refreshAfter } from '../../../domain/site-licensing/key-lifetime.ts';
import { enterpriseKeyClaims, siteKeyClaims } from '../../../domain/site-licensing/leaf-claims.ts';
import type { KeyRequest, RecordedKey } from '../../../domain/site-licensing/recorded-key.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import type { Contract } from '../../platform/request/contract.ts';
import type { HandlerRequest } from '../../platform/request/handler.ts';
import { idempotencyHashOf } from '../../platform/request/idempotency.ts';
import type { KeyIssuer } from '../storage/key-issuer.ts';

export type KeyedRequest = HandlerRequest<Contract & { auth: 'signature' }>;
interface Ports {
  readonly issuer: KeyIssuer;
  readonly runtime: Runtime;
}

/** Returns the request of a key, as it is recorded with the key. */
export function keyRequest(
  { change, caller, idempotencyKey }: KeyedRequest,
  asked: { presented?: Jti; mode?: Mode | undefined } = {},
): KeyRequest {
  const idempotencyHash = idempotencyHashOf(idempotencyKey);
  return { operation: change.operation, app: caller.app, idempotencyHash, ...asked };
}

export type NewSite = Omit<Site, 'key'>;

/** Signs the next key of a site. The key is valid only after the caller has recorded it. */
export async function issueSiteKey(
  site: NewSite,
  generation: number,
  enterprise: EstablishedEnterprise,
  request: { served: KeyedRequest; key: KeyRequest },
  { issuer, runtime }: Ports,
): Promise<{ site: Site; token: string }> {
  const numbers = numberKey(
    subjectOf.site(site.id),
    generation,
    newJti(runtime),
    request.served.at,
    enterprise.link.expiresAt,
  );
  const { token, recorded } = await issuer.issue(
    siteKeyClaims(site, numbers),
    enterprise,
    request.served.idempotencyKey,
  );
  return { site: { ...site, key: { ...recorded, request: request.key } }, token };
}

/** Signs the next key of an enterprise for one application. */
export async function issueEnterpriseKey(
  of: Omit<EnterpriseKey, 'key'>,
  generation: number,
  enterprise: EstablishedEnterprise,
  request: { served: KeyedRequest; key: KeyRequest },
  { issuer, runtime }: Ports,
): Promise<{ after: EnterpriseKey; token: string }> {
  const subject = subjectOf.enterpriseKey(of.enterprise, of.app);
  const numbers = numberKey(subject, generation, newJti(runtime), request.served.at, enterprise.link.expiresAt);
  const claims = enterpriseKeyClaims(of.enterprise, of.app, numbers);
  const { token, recorded } = await issuer.issue(claims, enterprise, request.served.idempotencyKey);
  return { after: { ...of, key: { ...recorded, request: request.key } }, token };
}

function newJti(runtime: Runtime): Jti {
  return Jti.parse(encodeBase64url(runtime.random(16)));
}

/** Returns the answer with a site's key. */
export function siteKeyAnswerOf({ id: siteId, mode, key }: Site, token: string) {
  return { siteId, mode, ...keyTimes(key, token) };
}

/** Returns the answer with an enterprise's key. */
export function enterpriseKeyAnswerOf(enterpriseId: EnterpriseId, application: AppId, key: RecordedKey, token: string) {
  return { enterpriseId, application, ...keyTimes(key, token) };
}

function keyTimes({ generation, expiresAt }: RecordedKey, token: string) {
  return { key: token, generation, refreshAfter: isoTime(refreshAfter(expiresAt)), expiresAt: isoTime(expiresAt) };
}
