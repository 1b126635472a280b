import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { type Consumer, loadConsumers } from './consumers.ts';
import { readJsonFile, writeFileWhole } from './json-file.ts';
import { openTableStream, type StreamRecord, type TableStream } from './table-stream.ts';

/** Does what Lambda's event source mappings do: brings the table's stream to its consumers, at least once and in order. */
export interface StreamPump {
  /** Delivers all that is in the stream now. @throws when a consumer fails */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface StreamPumpOptions {
  readonly runtime: Runtime;
  readonly tableName: string;
  /** keeps how far each consumer came @default memory only */
  readonly positionFile?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

const pauseMs = 500;
const longestPauseMs = 30_000;
/** As the stack's mappings. */
const batchSize = 100;

/** How far each consumer came in each shard: the last sequence number that it took. */
const Positions = z.record(z.string(), z.string());
const BatchAnswer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

export async function startStreamPump(options: StreamPumpOptions): Promise<StreamPump> {
  const { runtime, positionFile, log = () => {} } = options;
  const stream = await openTableStream(process.env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS ?? '', options.tableName);
  const consumers = await loadConsumers(runtime);
  const positions = new Map(Object.entries(readJsonFile(positionFile, Positions) ?? {}));
  const end = new AbortController();

  /** One batch for each consumer and shard. @returns how many records were taken */
  async function turn(): Promise<number> {
    let taken = 0;
    for (const shard of await stream.shards())
      for (const [name, consumer] of consumers) {
        const position = `${name} ${stream.arn} ${shard}`;
        const delivered = await deliver(onClockOf(runtime, stream), shard, positions.get(position), consumer);
        if (delivered.last) positions.set(position, delivered.last);
        if (delivered.taken > 0 && positionFile)
          writeFileWhole(positionFile, JSON.stringify(Object.fromEntries(positions)));
        taken += delivered.taken;
        if (delivered.failed) throw new Error(`${name} failed at record ${delivered.failed}; it is delivered again`);
      }
    return taken;
  }

  const inTurn = oneAtATime(turn);
  const drain = async () => {
    while ((await inTurn()) > 0);
  };
  const running = keepGoing(drain, end.signal, log);
  return {
    drain,
    async close() {
      end.abort();
      await running;
    },
  };
}

interface Delivered {
  readonly taken: number;
  readonly last?: string | undefined;
  /** sequence number of the first record that the consumer did not take */
  readonly failed?: string | undefined;
}

async function deliver(
  stream: TableStream,
  shard: string,
  after: string | undefined,
  consumer: Consumer,
): Promise<Delivered> {
  const records = await stream.records(shard, after, batchSize);
  if (records.length === 0) return { taken: 0 };
  const failed = await firstFailure(records, consumer);
  const taken = failed === undefined ? records.length : records.findIndex(record => sequenceOf(record) === failed);
  return { taken, last: records.slice(0, taken).map(sequenceOf).at(-1), failed };
}

/** DynamoDB stamps records by a clock of its own, which the runtime's may be far from: a record is as old as it was there. */
function onClockOf({ now }: Runtime, stream: TableStream): TableStream {
  return {
    ...stream,
    async records(...range) {
      const records = await stream.records(...range);
      const at = stream.clock();
      return records.map(record => {
        const stamp = Number(record.dynamodb.ApproximateCreationDateTime);
        const ageSeconds = (at ?? stamp) - stamp;
        return { ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: now() - ageSeconds } };
      });
    },
  };
}

/** A consumer that throws has taken none of its batch. */
async function firstFailure(records: readonly StreamRecord[], consumer: Consumer): Promise<string | undefined> {
  const [first] = records.map(sequenceOf);
  try {
    const answer = BatchAnswer.parse(await consumer({ Records: records }));
    const failures = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return records.map(sequenceOf).find(sequence => failures.has(sequence)) ?? (failures.size > 0 ? first : undefined);
  } catch {
    return first;
  }
}

function sequenceOf(record: StreamRecord): string {
  return record.dynamodb.SequenceNumber;
}

function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return await mine;
  };
}

/** Failures make the pauses longer, so that a record which never succeeds does not keep the machine busy. */
async function keepGoing(work: () => Promise<void>, end: AbortSignal, log: (line: string) => void): Promise<void> {
  let failures = 0;
  while (!end.aborted) {
    try {
      await work();
      failures = 0;
    } catch (error) {
      failures += 1;
      log(`stream: ${error instanceof Error ? error.message : error}`);
    }
    await sleep(Math.min(pauseMs * 2 ** failures, longestPauseMs), undefined, { signal: end }).catch(() => {});
  }
}
