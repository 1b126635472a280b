/** How a refusal is answered over HTTP (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** seconds, for the Retry-After header */
  readonly retryAfter?: number;
}
