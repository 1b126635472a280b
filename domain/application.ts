import * as z from 'zod';
import { type Mode, mode } from './chain/levels.ts';
import { thumbprintOf } from './chain/thumbprint.ts';
import type { Enterprise } from './enterprise.ts';
import { AppId, EnterpriseId, KeyId, type OrgId, orgOf, type SiteId } from './ids.ts';
import { notFound, Refusal } from './refusal.ts';
import { day, hour, type Seconds } from './time.ts';
import type { Version } from './version.ts';

/** What an application may do: configuration, so that nothing in the code is about one of them (design.md 3.1). */
export const Policy = z.strictObject({
  modes: z.array(mode).min(1).max(2).describe('modes it may ask for; with one of them the field may be left out'),
  createEnterprises: z.int().min(0).max(100_000).default(0).describe('how many enterprises it may create by itself'),
  enforcesFor: z.array(AppId).max(20).default([]).describe('other applications whose keys it may check and report'),
  enterprises: z
    .union([z.literal('all'), z.array(EnterpriseId).max(200)])
    .default('all')
    .describe('enterprises it serves, besides those that it created'),
  cacheSeconds: z.int().min(60).max(hour).default(hour).describe('how long it may cache a verdict'),
  graceSeconds: z
    .int()
    .min(0)
    .max(5 * day)
    .default(5 * day)
    .describe('how long it may go on offline'),
});
export type Policy = z.infer<typeof Policy>;

export const role = z.enum(['application', 'operator']);
export type Role = z.infer<typeof role>;

/** An application as the road of a request knows it. */
export interface Caller {
  readonly org: OrgId;
  readonly app: AppId;
  readonly role: Role;
  readonly keyid: KeyId;
  readonly policy: Policy;
}

export function isOperator(caller: Caller): boolean {
  return caller.role === 'operator';
}

/** The mode of a new site: it must be said where the policy leaves a choice. */
export function chooseMode(policy: Policy, asked: Mode | undefined): Mode {
  const [only, ...others] = policy.modes;
  if (!asked && only && others.length === 0) return only;
  if (!asked)
    throw new Refusal('mode-required', `Say which mode: ${policy.modes.join(' or ')}.`, [
      { pointer: '#/body/mode', detail: 'is missing' },
    ]);
  if (!policy.modes.includes(asked))
    throw new Refusal('mode-not-allowed', `This application may not ask for mode ${asked}.`);
  return asked;
}

/** Inside its Org an application sees the enterprises of its policy and those that it created; an operator sees all. */
export function seesEnterprise(caller: Caller, enterprise: Pick<Enterprise, 'id' | 'org' | 'createdBy'>): boolean {
  if (enterprise.org !== caller.org) return false;
  return policyNames(caller, enterprise.id) || enterprise.createdBy === caller.app;
}

/** The policy alone says yes, so that a check of validity need not read the enterprise. */
export function policyNames(caller: Caller, id: EnterpriseId): boolean {
  const { enterprises } = caller.policy;
  return isOperator(caller) || enterprises === 'all' || enterprises.includes(id);
}

/** Its own sites, and for reading those of the applications that it enforces for. */
export function seesKeysOf(caller: Caller, app: AppId): boolean {
  return isOperator(caller) || app === caller.app || caller.policy.enforcesFor.includes(app);
}

/** @throws not-found unless the caller sees the enterprise */
export function assertSeesEnterprise(caller: Caller, enterprise: Enterprise | undefined): Enterprise {
  if (!enterprise || !seesEnterprise(caller, enterprise)) throw notFound('enterprise');
  return enterprise;
}

/** An application: configuration, its public keys, its policy. */
export interface Application {
  readonly org: OrgId;
  readonly app: AppId;
  readonly role: Role;
  readonly status: 'live' | 'suspended';
  readonly policy: Policy;
  readonly keys: readonly ApplicationKey[];
  readonly createdAt: Seconds;
  readonly version?: Version | undefined;
}

export const keyAlgorithms = ['ed25519', 'ecdsa-p256-sha256'] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** One public key that an application signs its requests with. */
export interface ApplicationKey {
  readonly keyid: KeyId;
  readonly alg: KeyAlgorithm;
  readonly jwk: ApplicationJwk;
  /** RFC 7638 thumbprint */
  readonly jkt: string;
  /** set when a rotation replaced it: from then on it signs no more */
  readonly notAfter?: Seconds | undefined;
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A public key as its owner sends it: only public members, so that a private key sent by mistake is refused. */
export const ApplicationJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
]);
export type ApplicationJwk = z.infer<typeof ApplicationJwk>;

/** The algorithm is a property of the key, never of the request. */
function algorithmOf(jwk: ApplicationJwk): KeyAlgorithm {
  return jwk.kty === 'OKP' ? 'ed25519' : 'ecdsa-p256-sha256';
}

/** Names a public key; the keyid tells whose it is, so that the server finds it by its key. */
export async function applicationKey(org: OrgId, app: AppId, jwk: ApplicationJwk): Promise<ApplicationKey> {
  const jkt = await thumbprintOf(jwk);
  return { keyid: KeyId.parse(`${org}.${app}.${jkt.slice(0, 22)}`), alg: algorithmOf(jwk), jwk, jkt };
}

const maxKeys = 5;
export const keyOverlapSeconds = 24 * hour;

/**
 * Rotation: the new key signs at once, the old ones go on for the overlap.
 * @param overlapSeconds 0 for a stolen key: the old ones end now
 */
export function rotateKey(
  application: Application,
  fresh: ApplicationKey,
  now: Seconds,
  overlapSeconds: number,
): Application {
  if (application.keys.some(key => key.keyid === fresh.keyid))
    throw new Refusal('application-key-exists', 'This key is already registered; make a new one.');
  const ends = now + overlapSeconds;
  const still = application.keys.filter(key => key.notAfter === undefined || key.notAfter > now);
  if (still.length >= maxKeys)
    throw new Refusal('too-many-application-keys', `An application has at most ${maxKeys} keys at a time.`);
  const ending = still.map(key => ({ ...key, notAfter: Math.min(key.notAfter ?? ends, ends) }));
  return { ...application, keys: [...ending, fresh] };
}

/** The outer wall: what another Org's id names is not there, and nothing of it is read. @throws not-found */
export function assertInOrg(caller: Caller, id: EnterpriseId | SiteId, what: string): void {
  if (orgOf(id) !== caller.org) throw notFound(what);
}

/** Provisioning needs no human where the policy allows it. @returns the cap, undefined for operators @throws not-permitted */
export function enterpriseCap(caller: Caller): number | undefined {
  if (isOperator(caller)) return undefined;
  if (caller.policy.createEnterprises === 0)
    throw new Refusal('not-permitted', 'The policy of this application does not let it create enterprises.');
  return caller.policy.createEnterprises;
}

/** The application that an enterprise key is for: an application means itself, an operator says whom. */
export function servedApplication(caller: Caller, named: AppId | undefined): AppId {
  if (!isOperator(caller)) {
    if (named !== undefined && named !== caller.app)
      throw new Refusal('not-permitted', 'An application asks for its own keys only.');
    return caller.app;
  }
  if (named === undefined)
    throw new Refusal('invalid-request', 'Say for which application.', [
      { pointer: '#/body/application', detail: 'is missing' },
    ]);
  return named;
}

/** Limits are contracts: only operators set them. @throws not-permitted */
export function assertMayLimit(caller: Caller, limit: number | undefined): void {
  if (limit !== undefined && !isOperator(caller))
    throw new Refusal('not-permitted', 'Only an operator sets the limit of configuration users.');
}

/** @throws conflict when an operator would lock itself out; already-so */
export function changeApplication(
  application: Application,
  change: { readonly policy?: Policy | undefined; readonly status?: Application['status'] | undefined },
  caller: Caller,
): Application {
  if (change.status === 'suspended' && application.app === caller.app)
    throw new Refusal('conflict', 'An application cannot suspend itself; let another operator do it.');
  if (change.status === application.status)
    throw new Refusal('already-so', `This application is already ${application.status}.`);
  return { ...application, policy: change.policy ?? application.policy, status: change.status ?? application.status };
}

/** @throws not-found */
export function assertRegistered(application: Application | undefined): Application {
  if (!application) throw notFound('application');
  return application;
}

/** @throws application-exists */
export function assertNew(application: Application | undefined): void {
  if (application) throw new Refusal('application-exists', 'There is already an application of this id.');
}
