/** A record of the stream that is wrong itself, so that trying again would never help. */
export class PoisonRecordError extends Error {
  override readonly name = 'Poison';
}
