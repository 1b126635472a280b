/** A pointer to one wrong field of a request, as a JSON pointer (RFC 6901) into `{path, query, headers, body}`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/**
 * Every reason for which the product says no; `lambdas/problems.ts` gives each its HTTP face and a test keeps the two alike.
 * Codes are added, never renamed: clients act on them.
 */
export const refusalCodes = [
  'signature-invalid',
  'not-permitted',
  'not-found',
  'invalid-request',
  'body-too-large',
  'headers-too-large',
  'idempotency-key-reused',
  'key-not-genuine',
  'key-superseded',
  'key-expired',
  'site-deleted',
  'site-suspended',
  'enterprise-suspended',
  'application-suspended',
  'mode-required',
  'mode-not-allowed',
  'mode-not-downgradable',
  'mode-change-by-refresh',
  'state-operator-only',
  'status-operator-only',
  'reference-taken',
  'reference-was-production',
  'enterprise-cap-reached',
  'application-exists',
  'application-key-exists',
  'too-many-application-keys',
  'already-so',
  'quarter-running',
  'quarter-closed',
  'quarter-not-swept',
  'conflict',
  'unavailable',
  'internal',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** A rule that says no. The message tells the caller what to do about it. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly errors: readonly FieldError[];

  constructor(code: RefusalCode, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.errors = errors;
  }
}

/** "Not yours" looks like "not there" (design.md 3.11): the one way to say either. */
export function notFound(what: string, errors: readonly FieldError[] = []): Refusal {
  return new Refusal('not-found', `There is no such ${what}.`, errors);
}
