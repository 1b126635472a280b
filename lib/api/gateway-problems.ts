import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Problem } from '../../lambdas/platform/request/problem-type.ts';
import { gatewayOnlyProblems, problems } from '../../lambdas/problems.ts';

export interface GatewayProblem extends Problem {
  readonly code: string;
}

const of = (code: keyof typeof problems): GatewayProblem => ({ code, ...problems[code] });

export const tooManyRequests = {
  code: 'too-many-requests',
  ...gatewayOnlyProblems['too-many-requests'],
} as const satisfies GatewayProblem;
const blocked = {
  code: 'request-blocked',
  ...gatewayOnlyProblems['request-blocked'],
} as const satisfies GatewayProblem;

/** The errors of API Gateway in the form of our problems: clients get the same codes, and no detail of the implementation. */
export const gatewayProblems: readonly { type: ResponseType; problem: GatewayProblem }[] = [
  // What API Gateway says of an unknown path or method.
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, problem: of('not-found') },
  { type: ResponseType.RESOURCE_NOT_FOUND, problem: of('not-found') },
  // An unknown path again, with an Authorization header that it tries to read as AWS's own.
  { type: ResponseType.INVALID_SIGNATURE, problem: of('not-found') },
  { type: ResponseType.ACCESS_DENIED, problem: of('not-permitted') },
  { type: ResponseType.REQUEST_TOO_LARGE, problem: of('body-too-large') },
  { type: ResponseType.THROTTLED, problem: tooManyRequests },
  { type: ResponseType.QUOTA_EXCEEDED, problem: tooManyRequests },
  { type: ResponseType.WAF_FILTERED, problem: blocked },
  { type: ResponseType.INTEGRATION_FAILURE, problem: of('unavailable') },
  { type: ResponseType.INTEGRATION_TIMEOUT, problem: of('unavailable') },
  { type: ResponseType.DEFAULT_4XX, problem: of('invalid-request') },
  // A function that Lambda throttled or ended before it answered: the same request again succeeds, and its own alarm says why.
  { type: ResponseType.DEFAULT_5XX, problem: of('unavailable') },
];

/** @param instance which request it was, if that is known */
export function problemText({ code, status, title }: GatewayProblem, instance?: string): string {
  return JSON.stringify({
    type: `urn:license-server:problem:${code}`,
    title,
    status,
    ...(instance && { instance }),
    code,
  });
}
