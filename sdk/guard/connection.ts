import type { Seconds } from '../../domain/kernel/time.ts';

/** State of a circuit breaker: after a failure requests pause, then one is tried, and an answer closes the circuit. */
export interface Connection {
  /** Consecutive failures; 0 while the server answers. */
  readonly failures: number;
  /** Earliest time of the next request, in ticks. */
  readonly retryAt: Seconds;
}

const longestPauseSeconds = 300;
/** Time after which another request may be tried although the trial has not ended. */
const trialSeconds = 30;

export const healthy: Connection = { failures: 0, retryAt: 0 };

export function mayAsk({ failures, retryAt }: Connection, ticks: Seconds): boolean {
  return failures === 0 || ticks >= retryAt;
}

/** Records that a request is sent: while the circuit is open, no other one is for `trialSeconds`. */
export function asked(connection: Connection, ticks: Seconds): Connection {
  return connection.failures === 0 ? connection : { ...connection, retryAt: ticks + trialSeconds };
}

/**
 * Records a failed request. The pause doubles up to 5 minutes, with equal jitter: half of it is random. Of concurrent requests
 * only the first failure counts.
 * @param after the number of failures when the request was sent @param random 0 … 1
 */
export function failed(connection: Connection, ticks: Seconds, after: number, random: number): Connection {
  if (after !== connection.failures) return connection;
  const pause = Math.min(longestPauseSeconds, 2 ** (after + 1));
  return { failures: after + 1, retryAt: ticks + pause * (0.5 + random / 2) };
}
