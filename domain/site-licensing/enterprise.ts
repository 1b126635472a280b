import type { Alert } from '../alerts/alert.ts';
import type { Caller } from '../identity/policy.ts';
import { type AppId, type EnterpriseId, type OrgId, orgOf, subjectOf } from '../kernel/ids.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import { day, type Seconds } from '../kernel/time.ts';
import type { Version } from '../kernel/version.ts';
import type { EnterpriseLink } from '../trust/links.ts';
import type { RecordedKey } from './recorded-key.ts';
import { decideReissue, type KeyHolder } from './refresh.ts';

export type EnterpriseStatus = 'creating' | 'live' | 'suspended';

/** Why a signing key is replaced. A compromised key is disabled at once: KMS refuses every signature with it. */
export const rotationReasons = ['scheduled', 'compromised'] as const;
export type RotationReason = (typeof rotationReasons)[number];

export interface RetiredKey {
  readonly generation: number;
  readonly kid: string;
  readonly expiresAt: Seconds;
  readonly reason: RotationReason;
}

/** A customer of site licensing, by its opaque id; its name is never stored. */
export interface Enterprise {
  readonly id: EnterpriseId;
  readonly org: OrgId;
  readonly status: EnterpriseStatus;
  readonly createdBy: AppId;
  readonly createdAt: Seconds;
  /** of the key that signs: 1, 2, 3 … */
  readonly generation: number;
  readonly kmsKey?: string | undefined;
  readonly link?: EnterpriseLink | undefined;
  /** the key that signed before; what it signed verifies until its last link ends */
  readonly previousKey?: RetiredKey | undefined;
  readonly limits: { readonly configurationUsers: number };
  readonly version?: Version | undefined;
}

/** An enterprise that can issue keys: it has a KMS key and a link. */
export interface EstablishedEnterprise extends Enterprise {
  readonly kmsKey: string;
  readonly link: EnterpriseLink;
}

/** The key of an enterprise for one application that serves it. */
export interface EnterpriseKey {
  readonly enterprise: EnterpriseId;
  readonly app: AppId;
  readonly key: RecordedKey;
  readonly version?: Version | undefined;
}

/** The shortest link that issues keys: a key is refreshed ten days before its expiry, which a shorter link would not leave. */
const shortestLinkSeconds = 11 * day;

const unfinished =
  'The creation of the enterprise is not finished. Repeat create-enterprise with the same Idempotency-Key within 24 h, or create another.';

/** Default limit of configuration users; update-enterprise sets another (docs/rules.md 11). */
export const defaultConfigurationUsers = 12;

/** Returns an enterprise before it has its KMS key and link. */
export function reservedEnterprise(
  id: EnterpriseId,
  createdBy: AppId,
  configurationUsers: number | undefined,
  now: Seconds,
): Enterprise {
  const limits = { configurationUsers: configurationUsers ?? defaultConfigurationUsers };
  return { id, org: orgOf(id), status: 'creating', createdBy, createdAt: now, generation: 1, limits };
}

export function holderOfEnterpriseKey({ enterprise, app, key }: EnterpriseKey): KeyHolder {
  return { subject: subjectOf.enterpriseKey(enterprise, app), status: 'live', key };
}

/**
 * @param denied from the deny list, where the enterprise itself may be a minute old
 * @throws enterprise-suspended; conflict while its creation is unfinished; unavailable when its link is about to end, since no key
 * under it could be refreshed in time
 */
export function assertIssues(enterprise: Enterprise, now: Seconds, denied = false): EstablishedEnterprise {
  if (enterprise.status === 'suspended' || denied)
    throw new Refusal('enterprise-suspended', 'The enterprise is suspended. Ask the vendor.');
  const established = assertEstablished(enterprise);
  if (established.link.expiresAt - now < shortestLinkSeconds)
    throw new Refusal(
      'unavailable',
      'The certificate of the enterprise is about to expire. It is renewed every night: try again tomorrow.',
    );
  return established;
}

export interface EnterpriseChange {
  readonly status?: 'live' | 'suspended' | undefined;
  readonly configurationUsers?: number | undefined;
}

/** Applies update-enterprise: suspends, reinstates, or sets the limit of configuration users (docs/rules.md 11). @throws no-change, conflict */
export function changeEnterprise(enterprise: Enterprise, change: EnterpriseChange): Enterprise {
  assertExists(enterprise);
  if (change.status === enterprise.status)
    throw new Refusal('no-change', `The enterprise is already ${enterprise.status}.`);
  return {
    ...enterprise,
    status: change.status ?? enterprise.status,
    limits: { configurationUsers: change.configurationUsers ?? enterprise.limits.configurationUsers },
  };
}

/** Returns an enterprise whose signing key can be replaced, suspended or not. @throws conflict while its creation is unfinished */
export function assertEstablished(enterprise: Enterprise): EstablishedEnterprise {
  const { kmsKey, link } = enterprise;
  if (!kmsKey || !link) throw new Refusal('conflict', unfinished);
  return { ...enterprise, kmsKey, link };
}

/** Replaces the signing key. Keys that the previous one signed stay valid as long as its link, since each contains its own chain. */
export function rotateSigningKey(
  before: EstablishedEnterprise,
  next: Pick<EstablishedEnterprise, 'generation' | 'kmsKey' | 'link'>,
  reason: RotationReason,
): EstablishedEnterprise {
  const { generation, link } = before;
  return { ...before, ...next, previousKey: { generation, kid: link.kid, expiresAt: link.expiresAt, reason } };
}

function assertExists(enterprise: Enterprise): void {
  if (enterprise.status === 'creating') throw new Refusal('conflict', unfinished);
}

/** Decides the reissue of an enterprise key. Raises an alert, except for the first key of an application. */
export function decideEnterpriseReissue(
  held: EnterpriseKey | undefined,
  caller: Caller,
  now: Seconds,
): { generation: number; alerts: readonly Alert[] } {
  return held ? decideReissue(holderOfEnterpriseKey(held), caller, now) : { generation: 1, alerts: [] };
}

/** @throws not-found when it is another application's */
export function assertServes<K extends { readonly app: AppId }>(held: K | undefined, app: AppId): K {
  if (held?.app !== app) throw notFound('enterprise key');
  return held;
}
