import { type Client, createClient } from '../sdk/client.ts';
import { ProblemError } from '../sdk/problem-error.ts';
import type { Target } from './credentials.ts';
import { UnreachableError } from './exit.ts';
import { note } from './output.ts';

/** Returns a client with few retries, for interactive use. */
export function callerOf(target: Target): Client {
  return createClient({ ...target, attempts: 3 });
}

/** Awaits an answer and maps network errors. @throws ProblemError, UnreachableError */
export async function answered<T>(url: string, answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    throw error instanceof ProblemError ? error : unreachable(url, error);
  });
}

/** Prints how to repeat a change safely when its outcome is unknown. @throws the error of the call */
export async function repeatable<T>(idempotencyKey: string, answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.status >= 500)
      note(
        `The change may have been executed. Repeat it with --idempotency-key ${idempotencyKey}: it is not executed twice.`,
      );
    throw error;
  });
}

/** Returns the error of a call without a response. */
function unreachable(url: string, error: unknown): UnreachableError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? ('code' in cause && cause.code ? cause.code : cause.message) : cause;
  return new UnreachableError(
    `The server at ${url} can't be reached (${reason}). Check that it runs, and the URL with its region and stage.`,
  );
}
