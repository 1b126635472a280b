import type { OfflinePolicy } from '../../domain/chain/levels.ts';
import type { Seconds } from '../../domain/kernel/time.ts';

/** Application of a guard: `hub` and `hwf` of `hub/hwf`. */
export interface Owner {
  readonly org: string;
  readonly app: string;
}

/** Part of the application's policy that the Org has signed, with the time of signing. */
export interface SignedPolicy extends Omit<OfflinePolicy, 'enforcesFor'> {
  readonly iat: Seconds;
  readonly enforcesFor: readonly string[];
}

/** Org and application of a key. */
export interface KeyOrigin {
  readonly org: string;
  readonly app: string;
}

export interface Scope {
  readonly owner: Owner;
  /** Latest verified policy; absent: none was verified yet, or it was lost. */
  readonly policy?: SignedPolicy | undefined;
  /** Whether the server knew the latest checked key of the same enterprise. */
  readonly knowsEnterprise: boolean;
}

/** Whether a key belongs to the Org of the application: for keys of another Org the server always answers `key-unknown`. */
export function isOfOrg({ org }: KeyOrigin, owner: Owner): boolean {
  return org === owner.org;
}

/**
 * Whether the key is in the scope of this application, as far as is known offline: keys of the application itself, and of the
 * applications that it enforces for by its policy. Without a policy it enforces for none.
 */
export function isWithin({ owner, policy, knowsEnterprise }: Scope, { app }: KeyOrigin): boolean {
  const isOfApplication = app === owner.app || (policy?.enforcesFor.includes(app) ?? false);
  return isOfApplication && (policy?.enterprises !== 'listed' || knowsEnterprise);
}

/** Returns the newer policy. An older one may be wider, and a TLS-intercepting proxy can replay it. */
export function newerPolicy(known: SignedPolicy | undefined, arrived: SignedPolicy): SignedPolicy {
  return known && known.iat > arrived.iat ? known : arrived;
}
