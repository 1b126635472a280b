import { verifyChain } from '../../domain/chain/verify-chain.ts';
import type { Client } from '../client.ts';
import { chainOptions, type Pinned } from '../pinned-root.ts';
import { singleAttempt } from '../retries.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import type { SignedPolicy } from './scope.ts';

/** The policy of an application with the token that it was read from. */
export interface LearnedPolicy {
  readonly token: string;
  readonly policy: SignedPolicy;
}

/** A genuine token, but of another application. */
export class OtherApplication extends Error {}

/** @param audience `application:hub/hwf` @param now seconds since 1970; `own-expiry` for a token that was kept @throws ChainError; OtherApplication */
export async function verifyOwnPolicy(
  token: string,
  { audience, now, ...pinned }: Pinned & { readonly audience: string; readonly now: number | 'own-expiry' },
): Promise<LearnedPolicy> {
  const { sub, iat, policy } = await verifyChain(token, 'application+jwt', { ...chainOptions(pinned), at: now });
  if (sub !== audience) throw new OtherApplication(`The token is that of ${sub}, not of ${audience}.`);
  return { token, policy: { iat, ...policy } };
}

/**
 * Asks the server for the policy of the application. Only what the Org has signed of it counts: a proxy that opens TLS could have
 * written the rest of the answer.
 * @param now by the server's time
 */
export async function askOwnPolicy(
  client: Client,
  roots: KnownRoots,
  audience: string,
  now: number,
): Promise<LearnedPolicy> {
  const { token } = await client.call('get-own-application', {}, singleAttempt);
  return await roots.verify(async pinned => await verifyOwnPolicy(token, { ...pinned, audience, now }));
}
