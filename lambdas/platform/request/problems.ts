import type { RefusalCode } from '../../../domain/kernel/refusal.ts';

export interface Problem {
  readonly status: number;
  readonly title: string;
  /** seconds, for the Retry-After header */
  readonly retryAfter?: number;
}
type Problems = Record<RefusalCode, Problem>;

/** The HTTP face of every refusal (RFC 9457). Codes are added, never renamed. */
export const problems = {
  'signature-invalid': { status: 401, title: 'The request is not signed as it must be' },
  'not-permitted': { status: 403, title: 'This caller may not use this operation' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'invalid-request': { status: 400, title: 'The request has wrong fields' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'headers-too-large': { status: 431, title: 'The headers are larger than 8 kB' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key belongs to another request' },
  'key-not-genuine': { status: 400, title: 'The presented key was not issued by this chain of trust' },
  'key-superseded': { status: 409, title: 'The presented key was replaced by a newer one' },
  'key-expired': { status: 409, title: 'The presented key expired too long ago' },
  'site-deleted': { status: 410, title: 'The site was deleted' },
  'site-suspended': { status: 403, title: 'The site is suspended' },
  'enterprise-suspended': { status: 403, title: 'The enterprise is suspended' },
  'application-suspended': { status: 403, title: 'The application is suspended' },
  'mode-required': { status: 400, title: 'The mode must be said' },
  'mode-not-allowed': { status: 403, title: 'This application may not ask for this mode' },
  'mode-not-downgradable': { status: 409, title: 'Production does not become dev' },
  'mode-change-by-refresh': { status: 400, title: 'The mode changes by refresh-key only' },
  'state-operator-only': { status: 403, title: 'Only an operator may set this state' },
  'status-operator-only': { status: 403, title: 'Only an operator may set the status' },
  'reference-taken': { status: 409, title: 'The reference is taken in this state' },
  'reference-was-production': { status: 409, title: 'The reference was production before' },
  'enterprise-cap-reached': { status: 403, title: 'The application has created as many enterprises as it may' },
  'application-exists': { status: 409, title: 'There is already an application of this id' },
  'application-key-exists': { status: 409, title: 'This public key is already registered' },
  'too-many-application-keys': { status: 409, title: 'The application has too many keys' },
  'already-so': { status: 409, title: 'It is already as asked' },
  'quarter-running': { status: 409, title: 'The quarter has not ended yet' },
  'quarter-closed': { status: 409, title: 'The statement of the quarter is made' },
  'quarter-not-swept': { status: 409, title: 'The counts of the quarter are not complete yet', retryAfter: 3600 },
  conflict: { status: 409, title: 'Something else must be finished first' },
  unavailable: { status: 503, title: 'The server cannot do this right now', retryAfter: 5 },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Problems;

/** Problems that only API Gateway and the firewall answer: no handler sees the request. */
export const gatewayOnlyProblems = {
  'too-many-requests': { status: 429, title: 'There are too many requests', retryAfter: 30 },
  'request-blocked': { status: 403, title: 'The firewall does not let this request in' },
} as const satisfies Record<string, Problem>;
