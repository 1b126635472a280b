/** HTTP status and title of a refusal (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** seconds, for the Retry-After header */
  readonly retryAfter?: number;
}
