import { ConflictError } from '../storage/conflict-error.ts';

const attempts = 5;

/**
 * Runs a read-decide-write of a scheduled function, and again after each conflict, at most 5 times. A request does the same in
 * `executeWithRetry`. @throws ConflictError when every attempt conflicts
 */
export async function retryOnConflict<T>(decide: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
    }
}
