import { Refusal } from '../../domain/refusal.ts';

/** Faults of AWS that pass: throttling, 5xx, time-outs, a lost connection. */
const passing =
  /Throttl|ThroughputExceeded|LimitExceeded|RequestLimit|TooManyRequests|Timeout|ServiceUnavailable|InternalServer|InternalFailure|KMSInternal|DependencyTimeout|ECONN|EPIPE|socket|NetworkingError/i;

/** @returns a refusal that asks to try again, for a fault that passes; otherwise what was given */
export function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const status = '$metadata' in error ? Number(Object(error.$metadata).httpStatusCode) : 0;
  const code = 'code' in error ? String(error.code) : '';
  if (status >= 500 || status === 429 || passing.test(`${error.name} ${code}`))
    return new Refusal('unavailable', 'Try again in a few seconds.');
  return error;
}
