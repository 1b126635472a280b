export type ChainReason =
  | 'malformed'
  | 'wrong-type'
  | 'unknown-root'
  | 'broken-chain'
  | 'bad-signature'
  | 'outlives-parent'
  | 'not-yet-valid'
  | 'expired';

/** Why a chain is invalid. All reasons but `expired` and `not-yet-valid` mean that it never was valid. */
export class ChainError extends Error {
  readonly reason: ChainReason;

  constructor(reason: ChainReason, message: string) {
    super(message);
    this.name = 'ChainError';
    this.reason = reason;
  }
}
