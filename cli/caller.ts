import { type Client, createClient } from '../sdk/client.ts';
import { ProblemError } from '../sdk/problem-error.ts';
import type { Target } from './credentials.ts';
import { Unreachable } from './end.ts';
import { note } from './say.ts';

const timeoutMs = 30_000;

/** A client that gives up where a person would. */
export function callerOf(target: Target): Client {
  return createClient({
    ...target,
    attempts: 3,
    fetch: async (url, init) => await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  });
}

/** What to say when there was no answer at all. */
export function unreachable(url: string, error: unknown): Unreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? ('code' in cause && cause.code ? cause.code : cause.message) : cause;
  return new Unreachable(
    `The server at ${url} can't be reached (${reason}). Does it run? Is the URL right, with its region and its stage?`,
  );
}

/** Nobody knows whether it was done. */
export function tellHowToRepeat(idempotencyKey: string): void {
  note(`If it was done all the same, --idempotency-key ${idempotencyKey} repeats it without doing it twice.`);
}

/** What was answered. @throws ProblemError, Unreachable */
export async function answered<T>(url: string, answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    throw error instanceof ProblemError ? error : unreachable(url, error);
  });
}
