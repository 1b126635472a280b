/** What the server says when it says no (RFC 9457); act on `code`, show `detail`. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    const { code = 'unknown', detail, title = 'The request failed' } = problem;
    super(`${detail ?? title} (${code})`);
    this.name = 'ProblemError';
    this.status = status;
    this.code = String(code);
    this.problem = problem;
  }
}
