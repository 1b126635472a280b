import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { hour, minute, type Seconds } from '../../../domain/kernel/time.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { logFailedRecord } from '../kernel/telemetry.ts';
import { PoisonRecordError } from './poison-record.ts';
import { type DeadLetter, sendToDeadLetters } from './stream-dead-letters.ts';
import type { Item } from './table.ts';

/** A batch of the table's stream, as Lambda delivers it; each record is parsed only when it is processed. */
export const StreamBatch = z.object({
  Records: z.array(z.unknown()),
  /** an operator redrives a dead letter: a record that fails again stays in the dead-letter queue */
  redrive: z.literal(true).optional(),
});
export type StreamBatch = z.infer<typeof StreamBatch>;

const StreamRecord = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']).optional(),
  dynamodb: z.object({
    SequenceNumber: z.string(),
    ApproximateCreationDateTime: z.number().optional(),
    NewImage: z.record(z.string(), z.custom<never>()).optional(),
  }),
});

/** A written item for a consumer. */
export interface WrittenItem {
  readonly item: Item;
  /** it was not there before */
  readonly isNew: boolean;
}

/** Lambda delivers again from the first failure on (ReportBatchItemFailures). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** The stream drops its records after 24 h (DynamoDB developer guide, "Change data capture"): earlier, a failing one is dead-lettered. */
const lastTrySeconds = 22 * hour;

/** A slow batch ends long before the five minutes of a function: after a timeout, Lambda would deliver the whole batch again. */
const longestBatchSeconds = minute;

/**
 * Processes a batch in order and stops at the first record that fails, which Lambda delivers again. A record that can never be processed,
 * or has failed for 22 h, blocks no other: it goes to the dead-letter queue with its body. After a minute the batch ends before its next
 * record, so that the processed records count as processed.
 * @param consumer the row of the consumer
 */
export async function eachRecord(
  runtime: Runtime,
  consumer: string,
  { Records, redrive }: StreamBatch,
  work: (written: WrittenItem) => Promise<void>,
): Promise<BatchAnswer> {
  const endsAt = runtime.now() + longestBatchSeconds;
  for (const record of Records) {
    const { sequenceNumber, ageSeconds } = placeOf(record, runtime.now());
    if (runtime.now() >= endsAt) return failedAt(sequenceNumber);
    try {
      const written = writtenItem(record);
      if (written) await work(written);
    } catch (error) {
      logFailedRecord(sequenceNumber, error);
      const mayPass = !isPermanent(error) && ageSeconds < lastTrySeconds;
      if (redrive || mayPass) return failedAt(sequenceNumber);
      if (!(await isDeadLettered(runtime, { consumer, fault: nameOf(error), record }))) return failedAt(sequenceNumber);
    }
  }
  return { batchItemFailures: [] };
}

/** @returns undefined for a removal */
function writtenItem(record: unknown): WrittenItem | undefined {
  try {
    const { eventName, dynamodb } = StreamRecord.parse(record);
    return dynamodb.NewImage && { item: unmarshall(dynamodb.NewImage), isNew: eventName === 'INSERT' };
  } catch {
    throw new PoisonRecordError('not a stream record of the table');
  }
}

/** Reads position and age without a schema, since the record itself may be invalid. */
function placeOf(record: unknown, now: Seconds): { sequenceNumber: string; ageSeconds: Seconds } {
  const { SequenceNumber, ApproximateCreationDateTime } = Object(Object(record).dynamodb);
  const writtenAt = Number(ApproximateCreationDateTime ?? now);
  return { sequenceNumber: String(SequenceNumber ?? ''), ageSeconds: now - writtenAt };
}

function isPermanent(error: unknown): boolean {
  return error instanceof PoisonRecordError || error instanceof z.ZodError;
}

async function isDeadLettered(runtime: Runtime, record: DeadLetter): Promise<boolean> {
  try {
    await sendToDeadLetters(runtime, record);
    return true;
  } catch (error) {
    logFailedRecord('dead-letter queue', error);
    return false;
  }
}

function failedAt(itemIdentifier: string): BatchAnswer {
  return { batchItemFailures: [{ itemIdentifier }] };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
