/** A record of the stream that is wrong itself, so that trying again would never help. */
export class Poison extends Error {
  override readonly name = 'Poison';
}
