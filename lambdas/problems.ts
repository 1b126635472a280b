import type { RefusalCode } from '../domain/kernel/refusal.ts';
import { billingProblems } from './billing/problems.ts';
import type { Problem } from './platform/request/problem-type.ts';
import { platformProblems } from './platform/request/problems.ts';
import { siteLicensingProblems } from './site-licensing/problems.ts';

/** HTTP status and title of every refusal. It holds texts alone, so that request handling may import it. */
export const problems = {
  ...platformProblems,
  ...siteLicensingProblems,
  ...billingProblems,
} as const satisfies Record<RefusalCode, Problem>;

export const refusalCodes = Object.keys(problems).filter((code): code is RefusalCode => code in problems);

/** Problems that only API Gateway and the firewall answer: no handler sees the request. */
export const gatewayOnlyProblems = {
  'too-many-requests': { status: 429, title: 'Too many requests', retryAfter: 30 },
  'request-blocked': { status: 403, title: 'The firewall blocked the request' },
} as const satisfies Record<string, Problem>;
