import { ChainError } from '../../../domain/chain/chain-error.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';

/** This function lacks a Root that its chain of trust uses: a deployment has not reached it yet (docs/rotation.md). */
export class OutdatedRootsError extends Refusal {
  constructor() {
    super('unavailable', 'This part of the server does not have the current keys yet; try again.');
  }
}

/**
 * Waits for the verification of a chain that our own functions have signed. An unknown Root above it means that this function is out
 * of date. @throws OutdatedRootsError, ChainError
 */
export async function verifiedOwn<T>(verification: Promise<T>): Promise<T> {
  return await verification.catch((error: unknown) => {
    throw error instanceof ChainError && error.reason === 'unknown-root' ? new OutdatedRootsError() : error;
  });
}
