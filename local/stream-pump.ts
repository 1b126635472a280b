import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { type Consumer, loadConsumers } from './consumers.ts';
import { readJsonFile, writeFileWhole } from './json-file.ts';
import { openTableStream, type StreamRecord, type TableStream } from './table-stream.ts';

/** Emulates Lambda's event source mappings: delivers the table's stream to its consumers, at least once and in order. */
export interface StreamPump {
  /** Delivers all current records of the stream. @throws when a consumer fails */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface StreamPumpOptions {
  readonly runtime: Runtime;
  readonly tableName: string;
  /** File with the position of each consumer. @default memory only */
  readonly positionFile?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

const pauseMs = 500;
const maxPauseMs = 30_000;
/** Batch size of the stack's mappings. */
const batchSize = 100;

/** Position of each consumer in each shard: its last sequence number. */
const Positions = z.record(z.string(), z.string());
const BatchAnswer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

export async function startStreamPump(options: StreamPumpOptions): Promise<StreamPump> {
  const { runtime, positionFile, log = () => {} } = options;
  const stream = await openTableStream(process.env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS ?? '', options.tableName);
  const consumers = await loadConsumers(runtime);
  const positions = new Map(Object.entries(readJsonFile(positionFile, Positions) ?? {}));
  const end = new AbortController();

  /** Delivers one batch per consumer and shard. @returns the number of delivered records */
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

  const inTurn = serialize(turn);
  const drain = async () => {
    while ((await inTurn()) > 0);
  };
  const running = runContinuously(drain, end.signal, log);
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
  /** Sequence number of the first failed record. */
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

/** Converts the times of records to the runtime's clock, which may differ from DynamoDB's; their age stays the same. */
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

/** Returns the first failed record of a batch; a consumer that throws has failed the whole batch. */
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

function serialize<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return await mine;
  };
}

/** Repeats work with exponential backoff after failures, so that a failing record does not keep the machine busy. */
async function runContinuously(
  work: () => Promise<void>,
  end: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  let failures = 0;
  while (!end.aborted) {
    try {
      await work();
      failures = 0;
    } catch (error) {
      failures += 1;
      log(`stream: ${error instanceof Error ? error.message : error}`);
    }
    await sleep(Math.min(pauseMs * 2 ** failures, maxPauseMs), undefined, { signal: end }).catch(() => {});
  }
}
