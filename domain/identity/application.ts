import * as z from 'zod';
import { thumbprintOf } from '../chain/thumbprint.ts';
import type { AppId, KeyId, OrgId } from '../kernel/ids.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import type { Seconds } from '../kernel/time.ts';
import type { Version } from '../kernel/version.ts';
import { keyIdOf } from './key-name.ts';
import type { Caller, Policy, Role } from './policy.ts';

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

/** 32 bytes in canonical base64url: the last character has two bits to spare, which are zero. */
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);

/** A public key as its owner sends it: only public members, so that a private key sent by mistake is refused. */
export const ApplicationJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
]);
export type ApplicationJwk = z.infer<typeof ApplicationJwk>;

/** Returns the algorithm of a key. It depends on the key alone, never on the request. */
function algorithmOf(jwk: ApplicationJwk): KeyAlgorithm {
  return jwk.kty === 'OKP' ? 'ed25519' : 'ecdsa-p256-sha256';
}

/** Returns a public key with its keyid, which names the application, so that the server finds it by the keyid. @throws invalid-request */
export async function applicationKey(org: OrgId, app: AppId, jwk: ApplicationJwk): Promise<ApplicationKey> {
  await assertOnCurve(jwk);
  const jkt = await thumbprintOf(jwk);
  return { keyid: keyIdOf(org, app, jkt), alg: algorithmOf(jwk), jwk, jkt };
}

/** Rejects a point that is not on its curve: no signature could verify under it, and each request would fail as an internal error. */
async function assertOnCurve(jwk: ApplicationJwk): Promise<void> {
  const algorithm = jwk.kty === 'OKP' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256' };
  try {
    await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  } catch {
    throw new Refusal('invalid-request', 'The public key is invalid: expected a point of its curve.', [
      { pointer: '#/body/publicKey', detail: 'must be a point of its curve' },
    ]);
  }
}

const maxKeys = 5;

/**
 * Adds a key, which is valid at once; the old ones expire after the overlap.
 * @param overlapSeconds 0 for a stolen key: the old ones expire now
 */
export function rotateKey(
  application: Application,
  fresh: ApplicationKey,
  now: Seconds,
  overlapSeconds: number,
): Application {
  if (application.keys.some(key => key.keyid === fresh.keyid))
    throw new Refusal('application-key-exists', 'The public key is already registered. Generate a new key pair.');
  const ends = now + overlapSeconds;
  const ending = application.keys
    .map(key => ({ ...key, notAfter: Math.min(key.notAfter ?? ends, ends) }))
    .filter(key => key.notAfter > now);
  if (ending.length >= maxKeys)
    throw new Refusal(
      'too-many-application-keys',
      `The application has too many keys: expected at most ${maxKeys}. Revoke the old ones with overlapHours 0.`,
    );
  return { ...application, keys: [...ending, fresh] };
}

/** @throws conflict when an operator would lock itself out; no-change */
export function changeApplication(
  application: Application,
  change: { readonly policy?: Policy | undefined; readonly status?: Application['status'] | undefined },
  caller: Caller,
): Application {
  if (change.status === 'suspended' && application.app === caller.app)
    throw new Refusal('conflict', 'An application cannot suspend itself. Use another operator.');
  if (change.status === application.status)
    throw new Refusal('no-change', `The application is already ${application.status}.`);
  return { ...application, policy: change.policy ?? application.policy, status: change.status ?? application.status };
}

/** @throws not-found */
export function assertRegistered(application: Application | undefined): Application {
  if (!application) throw notFound('application');
  return application;
}

/** @throws application-exists */
export function assertNew(application: Application | undefined): void {
  if (application)
    throw new Refusal('application-exists', 'An application with this id already exists. Choose another id.');
}
