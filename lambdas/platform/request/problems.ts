import type { platformRefusals } from '../../../domain/kernel/refusal.ts';
import type { Problem } from './problem-type.ts';

/** HTTP status and title of the platform's refusals (RFC 9457). */
export const platformProblems = {
  'signature-invalid': { status: 401, title: 'The request signature is missing or invalid' },
  'not-permitted': { status: 403, title: 'The caller is not permitted to use this operation' },
  'not-found': { status: 404, title: 'The resource does not exist' },
  'invalid-request': { status: 400, title: 'The request is invalid' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'headers-too-large': { status: 431, title: 'The headers are larger than 8 kB' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was already used for a different request' },
  'key-not-genuine': { status: 400, title: 'The presented key is not genuine: this chain of trust did not issue it' },
  'application-suspended': { status: 403, title: 'The application is suspended' },
  'application-exists': { status: 409, title: 'An application with this id already exists' },
  'application-key-exists': { status: 409, title: 'The public key is already registered' },
  'too-many-application-keys': { status: 409, title: 'The application has too many keys' },
  'no-change': { status: 409, title: 'The request would change nothing' },
  conflict: { status: 409, title: 'The request conflicts with the current state of the resource' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable', retryAfter: 5 },
  internal: { status: 500, title: 'Internal server error' },
} as const satisfies Record<(typeof platformRefusals)[number], Problem>;
