import type { APIGatewayProxyResult } from 'aws-lambda';
import { type FieldError, Refusal, type RefusalCode } from '../../../domain/kernel/refusal.ts';
import { isoTime, type Seconds } from '../../../domain/kernel/time.ts';
import { problems } from '../../problems.ts';
import type { Problem } from './problem-type.ts';

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance: string;
  code: RefusalCode;
  errors?: readonly FieldError[];
  /** with signature-invalid: lets a client with a wrong clock correct itself */
  serverTime?: string;
}

/** Converts an error into a problem response (RFC 9457). An unexpected error is `internal`, without detail. */
export function problemResult(error: unknown, requestId: string, now: Seconds): APIGatewayProxyResult {
  const refusal = error instanceof Refusal ? error : undefined;
  const code = refusal?.code ?? 'internal';
  const { status, title, retryAfter }: Problem = problems[code];
  const body: ProblemBody = {
    type: `urn:license-server:problem:${code}`,
    title,
    status,
    ...(refusal && { detail: refusal.message }),
    instance: `urn:request:${requestId}`,
    code,
    ...(refusal && refusal.errors.length > 0 && { errors: refusal.errors }),
    ...(code === 'signature-invalid' && { serverTime: isoTime(now) }),
  };
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfter && { 'retry-after': String(retryAfter) }),
  };
  return { statusCode: status, headers, body: JSON.stringify(body) };
}
