import type { Fault } from '../aws/meter.ts';
import type { SeededRandom } from '../seeded.ts';

/**
 * Runs several pieces of work so that one request to AWS happens at a time, in an order that random chooses: once every piece waits
 * at a request (or is done), one of them goes on. The same random gives the same schedule. Pieces must not wait for each other:
 * give each warm caches, or an instance of its own.
 */
export class Interleaving {
  readonly #random: SeededRandom;
  readonly #waiting = new Map<number, () => void>();
  #running: number;

  /** @param pieces how many will take part */
  constructor(random: SeededRandom, pieces: number) {
    this.#random = random;
    this.#running = pieces;
  }

  /** The fault hook of one piece: no fault, but its turn must come. */
  turnOf(piece: number): Fault {
    return async () => {
      const turn = Promise.withResolvers<undefined>();
      this.#waiting.set(piece, () => turn.resolve(undefined));
      this.#stopped();
      return await turn.promise;
    };
  }

  /** A piece has come to its end. */
  done(): void {
    this.#stopped();
  }

  #stopped(): void {
    this.#running--;
    if (this.#running > 0 || this.#waiting.size === 0) return;
    const piece = this.#random.pick([...this.#waiting.keys()].sort());
    const goOn = this.#waiting.get(piece);
    this.#waiting.delete(piece);
    this.#running++;
    goOn?.();
  }
}
