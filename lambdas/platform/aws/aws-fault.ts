import { Refusal } from '../../../domain/kernel/refusal.ts';

/**
 * Classifies a fault of AWS. `contended`: another write touched the same item, a retry succeeds soon. `passing`: the caller must try
 * again. `lasting`: a fault of the server (rights, settings, code), which the alarm must show.
 */
export type FaultClass = 'contended' | 'passing' | 'lasting';

/** The facts that classify a fault: names of errors change less than their messages. */
interface Facts {
  /** Name and code of the error; the reasons of a cancelled transaction. */
  readonly names: readonly string[];
  /** HTTP status of the answer; 0 when there was none. */
  readonly status: number;
  /** The answer states the error in the format of AWS. */
  readonly isStated: boolean;
  readonly message: string;
}

export interface FaultRow {
  readonly what: string;
  readonly is: Exclude<FaultClass, 'lasting'>;
  readonly when: (facts: Facts) => boolean;
}

const named =
  (pattern: RegExp): FaultRow['when'] =>
  ({ names }) =>
    names.some(name => pattern.test(name));

/** Every fault that AWS causes. The first matching row decides; a fault without a row is lasting. */
export const faultTable: readonly FaultRow[] = [
  {
    what: 'a write met another one at the same item, or a hot partition (DynamoDB)',
    is: 'contended',
    when: named(
      /^(Transaction(Conflict|InProgress)(Exception)?|ReplicatedWriteConflictException|ThrottlingError|ProvisionedThroughputExceeded)$/,
    ),
  },
  {
    what: 'throttled, or a quota is used up',
    is: 'passing',
    when: named(/Throttl|^ProvisionedThroughputExceeded|^(Request)?LimitExceeded|^TooManyRequests/),
  },
  { what: 'AWS failed', is: 'passing', when: ({ status }) => status >= 500 },
  {
    what: 'no answer in time: by AWS, by the SDK, or by this function before Lambda ends it',
    is: 'passing',
    when: named(/^(TimeoutError|RequestTimeout(Exception)?|ETIMEDOUT)$/),
  },
  {
    what: 'no connection, or one that broke',
    is: 'passing',
    when: named(
      /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|EADDRNOTAVAIL|EMFILE|EPROTO|ERR_SSL_\w+|ERR_STREAM_PREMATURE_CLOSE)$/,
    ),
  },
  { what: 'an answer that is no HTTP', is: 'passing', when: named(/^HPE_/) },
  {
    what: 'an answer that cannot be read: cut off, or not made by AWS',
    is: 'passing',
    when: ({ status, isStated }) => status > 0 && !isStated,
  },
  {
    what: 'an answer with another checksum than it states (S3, SQS)',
    is: 'passing',
    when: ({ message }) => /^(Checksum mismatch|InvalidChecksumError)/.test(message),
  },
  {
    what: 'a signature or credentials that have expired: the function was frozen between signing and sending',
    is: 'passing',
    when: named(
      /^(RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|InvalidSignatureException|ExpiredToken(Exception)?)$/,
    ),
  },
  {
    what: 'AWS is still processing an earlier change (Lambda: an update of the function; S3: another write)',
    is: 'passing',
    when: named(/^(ResourceConflictException|OperationAborted)$/),
  },
];

export function classifyFault(error: unknown, table: readonly FaultRow[] = faultTable): FaultClass {
  if (!(error instanceof Error)) return 'lasting';
  const facts = factsOf(error);
  return table.find(row => row.when(facts))?.is ?? 'lasting';
}

/** Returns the refusal `unavailable` for a passing fault; otherwise the error itself. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || classifyFault(error) === 'lasting') return error;
  return tryAgain();
}

/** Returns the refusal of a request that may succeed in a few seconds. */
export function tryAgain(): Refusal {
  return new Refusal('unavailable', 'The service is temporarily unavailable. Try again in a few seconds.');
}

function factsOf(error: Error & { code?: unknown; $metadata?: unknown; $fault?: unknown }): Facts {
  const reasons: unknown[] = [Object(error).CancellationReasons ?? []].flat();
  const codes = [error.code, ...reasons.map(reason => Object(reason).Code)].filter(code => typeof code === 'string');
  return {
    names: [error.name, ...codes],
    status: Number(Object(error.$metadata).httpStatusCode ?? 0),
    // The SDK names an error without a code `Unknown`; an unreadable answer has no `$fault`.
    isStated: error.$fault !== undefined && !/^Unknown(Error)?$/.test(error.name),
    message: error.message,
  };
}
