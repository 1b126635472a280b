import * as z from 'zod';
import { mode, type Mode } from './chain/levels.ts';
import type { Enterprise } from './enterprise.ts';
import { AppId, EnterpriseId, type KeyId, type OrgId } from './ids.ts';
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
  graceSeconds: z.int().min(0).max(5 * day).default(5 * day).describe('how long it may go on offline'),
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
  if (!asked) throw new Refusal('mode-required', `Say which mode: ${policy.modes.join(' or ')}.`, [{ pointer: '#/body/mode', detail: 'is missing' }]);
  if (!policy.modes.includes(asked)) throw new Refusal('mode-not-allowed', `This application may not ask for mode ${asked}.`);
  return asked;
}

/** Inside its Org an application sees the enterprises of its policy and those that it created; an operator sees all. */
export function seesEnterprise(caller: Caller, enterprise: Pick<Enterprise, 'id' | 'org' | 'createdBy'>): boolean {
  if (enterprise.org !== caller.org) return false;
  const { enterprises } = caller.policy;
  return isOperator(caller) || enterprises === 'all' || enterprises.includes(enterprise.id) || enterprise.createdBy === caller.app;
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
  readonly enterprisesCreated: number;
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
export function algorithmOf(jwk: ApplicationJwk): KeyAlgorithm {
  return jwk.kty === 'OKP' ? 'ed25519' : 'ecdsa-p256-sha256';
}

const maxKeys = 5;
export const keyOverlapSeconds = 24 * hour;

/**
 * Rotation: the new key signs at once, the old ones go on for the overlap.
 * @param overlapSeconds 0 for a stolen key: the old ones end now
 */
export function rotateKey(application: Application, fresh: ApplicationKey, now: Seconds, overlapSeconds: number): Application {
  if (application.keys.some(key => key.keyid === fresh.keyid))
    throw new Refusal('application-key-exists', 'This key is already registered; make a new one.');
  const ends = now + overlapSeconds;
  const still = application.keys.filter(key => key.notAfter === undefined || key.notAfter > now);
  if (still.length >= maxKeys) throw new Refusal('too-many-application-keys', `An application has at most ${maxKeys} keys at a time.`);
  const ending = still.map(key => ({ ...key, notAfter: Math.min(key.notAfter ?? ends, ends) }));
  return { ...application, keys: [...ending, fresh] };
}
