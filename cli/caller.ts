import { type Client, createClient } from '../sdk/client.ts';
import { ProblemError } from '../sdk/problem-error.ts';
import type { Target } from './credentials.ts';
import { Unreachable } from './exit.ts';
import { note } from './output.ts';

/** A client that gives up where a person would. */
export function callerOf(target: Target): Client {
  return createClient({ ...target, attempts: 3 });
}

/** What was answered. @throws ProblemError, Unreachable */
export async function answered<T>(url: string, answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    throw error instanceof ProblemError ? error : unreachable(url, error);
  });
}

/** Tells how to repeat a change of which nobody knows whether it was done. @throws what it has met */
export async function repeatable<T>(idempotencyKey: string, answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.status >= 500)
      note(`If it was done all the same, --idempotency-key ${idempotencyKey} repeats it without doing it twice.`);
    throw error;
  });
}

/** What to say when there was no answer at all. */
function unreachable(url: string, error: unknown): Unreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? ('code' in cause && cause.code ? cause.code : cause.message) : cause;
  return new Unreachable(
    `The server at ${url} can't be reached (${reason}). Does it run? Is the URL right, with its region and its stage?`,
  );
}
