import type { billingRefusals } from '../../domain/billing/refusals.ts';
import type { Problem } from '../platform/request/problem-type.ts';

/** HTTP status and title of the area's refusals (RFC 9457). */
export const billingProblems = {
  'quarter-running': { status: 409, title: 'The quarter has not ended yet' },
  'quarter-closed': { status: 409, title: 'The quarter is closed: its statement exists' },
  'quarter-not-swept': { status: 409, title: 'The counts of the quarter are not yet complete', retryAfter: 3600 },
} as const satisfies Record<(typeof billingRefusals)[number], Problem>;
