import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';

const BatchAnswer = z.object({ batchItemFailures: z.array(z.unknown()).length(0) });

/**
 * Gives one record of the stream to a consumer once more. The consumer is told that a person does it, so that it sets aside nothing.
 * @throws when the consumer did not take it, or cannot be invoked
 */
export async function giveBack(stage: string, consumer: string, record: unknown): Promise<void> {
  const invoke = new InvokeCommand({
    FunctionName: `license-server-${stage}-${consumer}`,
    Payload: JSON.stringify({ Records: [record], redrive: true }),
  });
  const { FunctionError, Payload } = await new LambdaClient({}).send(invoke);
  const answer = BatchAnswer.safeParse(JSON.parse(Payload?.transformToString() ?? 'null'));
  if (FunctionError !== undefined || !answer.success) throw new Error('the log of the consumer says why');
}
