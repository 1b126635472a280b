import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';

const BatchAnswer = z.object({ batchItemFailures: z.array(z.unknown()) });

/**
 * Gives one record of the stream to a consumer once more. The consumer is told that a person does it, so that it sets aside nothing.
 * @returns whether it took the record
 */
export async function giveBack(stage: string, consumer: string, record: unknown): Promise<boolean> {
  const invoke = new InvokeCommand({
    FunctionName: `license-server-${stage}-${consumer}`,
    Payload: JSON.stringify({ Records: [record], redrive: true }),
  });
  const { FunctionError, Payload } = await new LambdaClient({}).send(invoke);
  if (FunctionError !== undefined) return false;
  const answer = BatchAnswer.safeParse(JSON.parse(Payload?.transformToString() ?? 'null'));
  return answer.success && answer.data.batchItemFailures.length === 0;
}
