import { isRefusal, ProblemError } from './problem-error.ts';

export interface RetrySettings {
  /** Attempts on transient faults: 429, 5xx, no or a truncated response. @default 4 */
  readonly attempts?: number | undefined;
  /** Milliseconds for a call with all attempts and pauses; no attempt begins later. @default 60_000 */
  readonly budgetMs?: number | undefined;
  /** Timeout of one attempt in milliseconds. @default 30_000 */
  readonly timeoutMs?: number | undefined;
  /** 0 … 1 @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Retry policy of one call. */
export interface Retries {
  /** Returns the timeout of the next attempt in milliseconds. */
  timeoutMs(): number;
  /** Returns the pause before the next attempt in milliseconds, or undefined when the call has failed. */
  pauseAfter(fault: unknown): number | undefined;
}

/** Settings of a call that a caller waits for, and that is repeated later anyway. */
export const singleAttempt = { attempts: 2, timeoutMs: 10_000, budgetMs: 15_000 } as const satisfies RetrySettings;

const firstPauseMs = 400;
const longestPauseMs = 10_000;

/** Creates a retry policy with full jitter: a random pause up to a bound that doubles, after the time of Retry-After. */
export function createRetries(settings: RetrySettings): Retries {
  const { attempts = 4, budgetMs = 60_000, timeoutMs = 30_000, random = Math.random } = settings;
  const began = performance.now();
  const remaining = () => budgetMs - (performance.now() - began);
  let made = 0;
  return {
    // AbortSignal.timeout takes whole milliseconds only.
    timeoutMs: () => Math.max(1, Math.floor(Math.min(timeoutMs, remaining()))),
    pauseAfter(fault) {
      made++;
      // A fault other than a refusal may be transient: no connection, a broken one, a timeout.
      if (made >= attempts || isRefusal(fault)) return undefined;
      const jitter = random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (made - 1));
      const pause = jitter + (fault instanceof ProblemError ? (fault.retryAfter ?? 0) * 1000 : 0);
      return pause < remaining() ? pause : undefined;
    },
  };
}
