import type { platformRefusals } from '../../../domain/kernel/refusal.ts';
import type { Problem } from './problem-type.ts';

/** HTTP status and title of the platform's refusals (RFC 9457). */
export const platformProblems = {
  'signature-invalid': { status: 401, title: 'The request is not signed as it must be' },
  'not-permitted': { status: 403, title: 'This caller may not use this operation' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'invalid-request': { status: 400, title: 'The request has wrong fields' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'headers-too-large': { status: 431, title: 'The headers are larger than 8 kB' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key belongs to another request' },
  'key-not-genuine': { status: 400, title: 'The presented key was not issued by this chain of trust' },
  'application-suspended': { status: 403, title: 'The application is suspended' },
  'application-exists': { status: 409, title: 'There is already an application of this id' },
  'application-key-exists': { status: 409, title: 'This public key is already registered' },
  'too-many-application-keys': { status: 409, title: 'The application has too many keys' },
  'already-so': { status: 409, title: 'It is already as asked' },
  conflict: { status: 409, title: 'Something else must be finished first' },
  unavailable: { status: 503, title: 'The server cannot do this right now', retryAfter: 5 },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<(typeof platformRefusals)[number], Problem>;
