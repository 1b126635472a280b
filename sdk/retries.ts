import { isRefusal, ProblemError } from './problem-error.ts';

export interface RetrySettings {
  /** on faults that pass (429, 5xx, no or no whole answer) @default 4 */
  readonly attempts?: number | undefined;
  /** milliseconds for a call with all its attempts and pauses: none begins after that @default 60_000 */
  readonly budgetMs?: number | undefined;
  /** milliseconds for one attempt @default 30_000 */
  readonly timeoutMs?: number | undefined;
  /** 0 … 1 @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** How often a call is tried, and how long it may take. */
export interface Retries {
  /** milliseconds that the next attempt may take */
  timeoutMs(): number;
  /** @returns milliseconds, or undefined when the call has failed */
  pauseAfter(fault: unknown): number | undefined;
}

/** Of a question that somebody waits for, and that is asked again later. */
export const singleAttempt = { attempts: 2, timeoutMs: 10_000, budgetMs: 15_000 } as const satisfies RetrySettings;

const firstPauseMs = 400;
const longestPauseMs = 10_000;

/** Full jitter: the pause is anything up to a bound that doubles; what the server asks for in Retry-After comes before it. */
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
      // Whatever is no answer of the server may pass: no connection, a broken one, none in time.
      if (made >= attempts || isRefusal(fault)) return undefined;
      const jitter = random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (made - 1));
      const pause = jitter + (fault instanceof ProblemError ? (fault.retryAfter ?? 0) * 1000 : 0);
      return pause < remaining() ? pause : undefined;
    },
  };
}
