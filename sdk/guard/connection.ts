import type { Seconds } from '../../domain/kernel/time.ts';

/** A circuit breaker: after a failure nobody asks for a while, then one does, and all the others when that was answered. */
export interface Connection {
  /** in a row; 0 while the server answers */
  readonly failures: number;
  /** in ticks; the next one may ask from then on */
  readonly askFrom: Seconds;
}

const longestPauseSeconds = 300;
/** How long the one that tries may take until another one does. */
const trialSeconds = 30;

export const healthy: Connection = { failures: 0, askFrom: 0 };

export function mayAsk({ failures, askFrom }: Connection, ticks: Seconds): boolean {
  return failures === 0 || ticks >= askFrom;
}

/** Somebody asks: while the server does not answer, nobody else does. */
export function asked(connection: Connection, ticks: Seconds): Connection {
  return connection.failures === 0 ? connection : { ...connection, askFrom: ticks + trialSeconds };
}

/**
 * The pause doubles up to 5 minutes; half of it is luck, so that not all come back at once. Of the questions that were under way
 * together the first that fails counts.
 * @param after the failures that were known when it was asked @param luck 0 … 1
 */
export function failed(connection: Connection, ticks: Seconds, after: number, luck: number): Connection {
  if (after !== connection.failures) return connection;
  const pause = Math.min(longestPauseSeconds, 2 ** (after + 1));
  return { failures: after + 1, askFrom: ticks + pause * (0.5 + luck / 2) };
}
