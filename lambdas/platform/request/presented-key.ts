import * as z from 'zod';
import { ChainError } from '../../../domain/chain/chain-error.ts';
import type { Claims, LeafClaims, LeafType } from '../../../domain/chain/levels.ts';
import type { Caller } from '../../../domain/identity/policy.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { countForgedKey } from '../kernel/telemetry.ts';
import type { ChainVerifier } from '../trust/chain-verifier.ts';
import { pinnedChainVerifier } from '../trust/chain-verifier.ts';
import { OutdatedRootsError } from '../trust/outdated-roots.ts';
import type { PipelineState } from './pipeline-state.ts';

/**
 * Verifies a presented key as of its own expiry, so that an expired key is distinguished from a forged one. A forged key costs no AWS
 * request, only a metric of its caller. A function with outdated Roots cannot distinguish the two, and refuses.
 * @returns undefined when it is not genuine @throws unavailable
 */
export async function genuineClaims<T extends LeafType>(
  verifier: ChainVerifier,
  token: string,
  type: T,
  caller: Caller,
): Promise<Claims<T> | undefined> {
  const coverage = await verifier.coverage(caller.org);
  try {
    return await verifier.verify(token, type, 'own-expiry');
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    if (error.reason === 'unknown-root' && coverage !== 'complete') throw new OutdatedRootsError();
    countForgedKey(caller.org, caller.app);
    return undefined;
  }
}

const KeyBody = z.object({ key: z.string() });

/** Verifies the key in the body before the handler runs. @throws key-not-genuine */
export async function verifyPresentedKey(state: PipelineState): Promise<void> {
  const { contract, caller, runtime } = state;
  if (!contract.presents || !caller) return;
  const { key } = KeyBody.parse(state.parsedBody);
  state.presented = await genuineClaims(pinnedChainVerifier(runtime), key, contract.presents, caller);
  if (!state.presented)
    throw new Refusal(
      'key-not-genuine',
      'The presented key is not genuine: expected one that this chain of trust issued.',
    );
}

/** @throws invalid-request when a genuine key is another's */
export function assertKeyOf(presented: LeafClaims, subject: string): void {
  if (presented.sub !== subject)
    throw new Refusal(
      'invalid-request',
      `The presented key belongs to another subject: expected a key of ${subject}.`,
      [{ pointer: '#/body/key', detail: `must be a key of ${subject}` }],
    );
}
