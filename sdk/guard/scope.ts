import type { OfflinePolicy } from '../../domain/chain/levels.ts';
import type { Seconds } from '../../domain/kernel/time.ts';

/** Whose guard it is: `hub` and `hwf` of `hub/hwf`. */
export interface Owner {
  readonly org: string;
  readonly app: string;
}

/** What the Org has signed of the policy of this application, and when. */
export interface SignedPolicy extends Omit<OfflinePolicy, 'enforcesFor'> {
  readonly iat: Seconds;
  readonly enforcesFor: readonly string[];
}

/** What a key says of where it belongs. */
export interface Belonging {
  readonly org: string;
  readonly app: string;
}

export interface Scope {
  readonly owner: Owner;
  /** the last one that was verified; absent: none was yet, or it was lost */
  readonly policy?: SignedPolicy | undefined;
  /** whether the server knew a key of the same enterprise, when it was asked about one last */
  readonly knowsEnterprise: boolean;
}

/** The server answers an application of one Org nothing but `key-unknown` about the keys of another: it need not be asked. */
export function isOfOrg({ org }: Belonging, owner: Owner): boolean {
  return org === owner.org;
}

/**
 * Whether the server would tell this application about the key, as far as is known without asking it: the keys of the application
 * itself, and those of the applications that it enforces for by its policy. Without a policy it enforces for none.
 */
export function isWithin({ owner, policy, knowsEnterprise }: Scope, { app }: Belonging): boolean {
  const isOfApplication = app === owner.app || (policy?.enforcesFor.includes(app) ?? false);
  return isOfApplication && (policy?.enterprises !== 'listed' || knowsEnterprise);
}

/** An older policy must not take the place of a newer one: it may be wider, and a proxy that opens TLS can repeat it. */
export function newerPolicy(known: SignedPolicy | undefined, arrived: SignedPolicy): SignedPolicy {
  return known && known.iat > arrived.iat ? known : arrived;
}
