/** A stream record that is invalid itself: a retry can never succeed. */
export class PoisonRecordError extends Error {
  override readonly name = 'PoisonRecordError';
}
