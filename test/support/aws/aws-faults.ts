import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/**
 * `hang-…` never answers: what a killed function sees of it. A transaction is cancelled because another one touches the same item
 * (`conflict`), or because the partition of one of its items is hot (`throttled-transaction`). DynamoDB has two names for a request
 * that it throttles (developer guide, "Error handling with DynamoDB"): `throttle` and `throttle-table`.
 */
export type FaultKind =
  | 'drop-before'
  | 'drop-after'
  | 'throttle'
  | 'throttle-table'
  | 'conflict'
  | 'throttled-transaction'
  | 'hang-before'
  | 'hang-after';

/** What the SDK sees of a fault, before or after the request was served. @returns undefined when it sees nothing then */
export function faultOf(
  kind: FaultKind,
  when: 'before' | 'after',
  command: string,
  input: Readonly<Record<string, unknown>>,
): Error | undefined {
  if (when === 'after') return kind === 'drop-after' ? lostConnection() : undefined;
  if (kind === 'drop-before') return lostConnection();
  if (kind === 'throttle') return throttled(command.startsWith('Sign') ? slow : hot);
  if (kind === 'throttle-table') return throttled(slow);
  if (kind === 'conflict') return cancelled(input, 'TransactionConflict');
  if (kind === 'throttled-transaction') return cancelled(input, 'ThrottlingError');
  return undefined;
}

function lostConnection(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError', $retryable: {} });
}

const slow = 'ThrottlingException';
const hot = 'ProvisionedThroughputExceededException';

function throttled(name: string): Error {
  return Object.assign(new Error('slow down'), {
    name,
    $metadata: { httpStatusCode: 400 },
    $retryable: { throttling: true },
  });
}

function cancelled(input: Readonly<Record<string, unknown>>, Code: string): Error {
  const parts: unknown[] = Array.isArray(input.TransactItems) ? input.TransactItems : [];
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: parts.map((_, i) => ({ Code: i === 0 ? Code : 'None' })),
  });
}
