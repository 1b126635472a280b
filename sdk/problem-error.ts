import type { PublishedRefusalCode } from '../domain/refusal-codes.ts';
import { readJson } from './read-json.ts';

/** Problem codes of this version; a later server may return others. */
export type ProblemCode = PublishedRefusalCode | (string & {});

/** Problem details of an error response (RFC 9457): act on `code`, show `detail`. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly problem: Readonly<Record<string, unknown>>;
  /** Seconds to wait before a retry, from Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Readonly<Record<string, unknown>>, retryAfter?: number) {
    const { code = 'unknown', detail, title = 'The request failed' } = problem;
    super(`${detail ?? title} (${code})`);
    this.name = 'ProblemError';
    this.status = status;
    this.code = String(code);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Whether an error is a final refusal: not 429 and not 5xx, which may succeed later. */
export function isRefusal(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.status < 500 && error.status !== 429;
}

/** Reads an error response. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const problem = Object(await readJson(response).catch(() => ({})));
  return new ProblemError(response.status, problem, secondsToWait(response.headers));
}

/** Parses Retry-After (RFC 9110 section 10.2.3). A date is relative to the `date` of the response, since this machine's clock may be wrong. */
function secondsToWait(headers: Headers): number | undefined {
  const retryAfter = headers.get('retry-after');
  if (!retryAfter) return undefined;
  const sent = Date.parse(headers.get('date') ?? '');
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - sent) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
