/** An error of one field of a request: a JSON pointer (RFC 6901) into `{path, query, headers, body}`, and the problem. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** Refusal codes of the platform; `lambdas/platform/request/problems.ts` gives each its HTTP status and title. */
export const platformRefusals = [
  'signature-invalid',
  'not-permitted',
  'not-found',
  'invalid-request',
  'body-too-large',
  'headers-too-large',
  'idempotency-key-reused',
  'key-not-genuine',
  'application-suspended',
  'application-exists',
  'application-key-exists',
  'too-many-application-keys',
  'no-change',
  'conflict',
  'unavailable',
  'internal',
] as const;

/**
 * Every refusal code: an area adds its own by declaration merging, beside its list of codes (`domain/<area>/refusals.ts`), so that a
 * code which no table knows does not compile. Codes are added, never renamed after the first deployment: clients act on them.
 */
export interface RefusalCodes extends Record<(typeof platformRefusals)[number], never> {}
export type RefusalCode = keyof RefusalCodes;

/** A request that a rule refuses. The message states the problem and the next step for the caller. */
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

/** Returns the refusal for a resource that does not exist or is not visible: the two are indistinguishable (docs/rules.md 3.11). */
export function notFound(what: string, errors: readonly FieldError[] = []): Refusal {
  return new Refusal('not-found', `The ${what} does not exist, or is not visible to this caller.`, errors);
}
