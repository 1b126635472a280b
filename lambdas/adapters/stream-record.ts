import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { logFailedRecord } from '../pipeline/telemetry.ts';
import type { Item } from './table.ts';

/** A batch of the table's stream, as Lambda delivers it. */
export const StreamBatch = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.custom<never>()).optional() }),
    }),
  ),
});
type StreamRecord = z.infer<typeof StreamBatch>['Records'][number];

/** The item as it was written; undefined for a removal. */
export function newImage({ dynamodb }: StreamRecord): Item | undefined {
  return dynamodb.NewImage && unmarshall(dynamodb.NewImage);
}

/** Lambda delivers again from the first failure on (ReportBatchItemFailures). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Works through a batch in order and stops at the first record that fails. */
export async function eachRecord(
  records: readonly StreamRecord[],
  work: (item: Item) => Promise<void>,
): Promise<BatchAnswer> {
  for (const record of records) {
    const item = newImage(record);
    try {
      if (item) await work(item);
    } catch (error) {
      logFailedRecord(record.dynamodb.SequenceNumber, error);
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}
