import { verifyChain } from '../../domain/chain/verify-chain.ts';
import type { Client } from '../client.ts';
import { chainOptions, type Pinned } from '../pinned-root.ts';
import { singleAttempt } from '../retries.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import type { SignedPolicy } from './scope.ts';

/** Policy of an application, with the token that contains it. */
export interface LearnedPolicy {
  readonly token: string;
  readonly policy: SignedPolicy;
}

/** Thrown for a genuine token of another application. */
export class OtherApplicationError extends Error {}

/** Verifies an application token. @param audience `application:hub/hwf` @param now seconds since 1970; `own-expiry` for a stored token @throws ChainError; OtherApplicationError */
export async function verifyOwnPolicy(
  token: string,
  { audience, now, ...pinned }: Pinned & { readonly audience: string; readonly now: number | 'own-expiry' },
): Promise<LearnedPolicy> {
  const { sub, iat, policy } = await verifyChain(token, 'application+jwt', { ...chainOptions(pinned), at: now });
  if (sub !== audience)
    throw new OtherApplicationError(
      `The application token belongs to another application: expected ${audience}, got ${sub}.`,
    );
  return { token, policy: { iat, ...policy } };
}

/**
 * Fetches the policy of the application. Only the token signed by the Org counts: a TLS-intercepting proxy could have
 * written the rest of the answer.
 * @param now server time in seconds since 1970
 */
export async function fetchOwnPolicy(
  client: Client,
  roots: KnownRoots,
  audience: string,
  now: number,
): Promise<LearnedPolicy> {
  const { token } = await client.call('get-own-application', {}, singleAttempt);
  return await roots.verify(async pinned => await verifyOwnPolicy(token, { ...pinned, audience, now }));
}
