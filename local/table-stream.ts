import * as z from 'zod';
import { type Seconds, secondsOf } from '../domain/kernel/time.ts';

/** A record of DynamoDB Streams, in the format that Lambda passes to a consumer. */
const StreamRecord = z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string() }) });
export type StreamRecord = z.infer<typeof StreamRecord>;

/** Stream of a table, read over HTTP, since its JSON is the format of Lambda. */
export interface TableStream {
  readonly arn: string;
  shards(): Promise<string[]>;
  /** Reads records. @param after a sequence number; undefined: from the oldest record */
  records(shard: string, after: string | undefined, limit: number): Promise<StreamRecord[]>;
  /** Returns DynamoDB's time in its last response; undefined without a `date`. */
  clock(): Seconds | undefined;
}

const Streams = z.object({ Streams: z.array(z.object({ StreamArn: z.string() })) });
const Description = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});
const Iterator = z.object({ ShardIterator: z.string() });
const Records = z.object({ Records: z.array(StreamRecord) });

/** Credentials: emulators require some, and accept any. */
const anyCredentials =
  'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';
const timeoutMs = 60_000;

/** Opens the stream of a table. @throws when the endpoint has none */
export async function openTableStream(endpoint: string, tableName: string): Promise<TableStream> {
  const call = async <S extends z.ZodType>(operation: string, input: object, answer: S) =>
    answer.parse(await send(operation, input));
  let answeredAt: Seconds | undefined;
  async function send(operation: string, input: object): Promise<unknown> {
    const response = await post(endpoint, operation, input);
    const date = secondsOf(response.headers.get('date') ?? '');
    answeredAt = Number.isNaN(date) ? undefined : date;
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${operation} failed: ${JSON.stringify(answer)}`);
    return answer;
  }
  const { Streams: streams } = await call('ListStreams', { TableName: tableName }, Streams);
  const StreamArn = streams.at(-1)?.StreamArn;
  if (!StreamArn) throw new Error(`The table ${tableName} has no stream at ${endpoint}.`);
  return {
    arn: StreamArn,
    clock: () => answeredAt,
    async shards() {
      const { StreamDescription } = await call('DescribeStream', { StreamArn }, Description);
      return StreamDescription.Shards.map(({ ShardId }) => ShardId);
    },
    async records(ShardId, after, Limit) {
      const start = after
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
        : { ShardIteratorType: 'TRIM_HORIZON' };
      const { ShardIterator } = await call('GetShardIterator', { StreamArn, ShardId, ...start }, Iterator);
      return (await call('GetRecords', { ShardIterator, Limit }, Records)).Records;
    },
  };
}

async function post(endpoint: string, operation: string, input: object): Promise<Response> {
  return await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: anyCredentials,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(timeoutMs),
  });
}
