import { ConflictError } from '../storage/conflict-error.ts';

const attempts = 5;

/**
 * Work of the clock that records what it has decided from what it read: when somebody else came in between, it is decided anew.
 * (A request does the same in `settle`, with its memory.) @throws Stale when somebody came each time
 */
export async function retryOnConflict<T>(decide: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
    }
}
