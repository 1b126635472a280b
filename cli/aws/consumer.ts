import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';

const BatchAnswer = z.object({ batchItemFailures: z.array(z.unknown()).length(0) });

/**
 * Redelivers one record of the stream to its consumer. The flag `redrive` prevents the consumer from dead-lettering it again.
 * @throws when the consumer failed, or cannot be invoked
 */
export async function redeliver(stage: string, consumer: string, record: unknown): Promise<void> {
  const invoke = new InvokeCommand({
    FunctionName: `license-server-${stage}-${consumer}`,
    Payload: JSON.stringify({ Records: [record], redrive: true }),
  });
  const { FunctionError, Payload } = await new LambdaClient({}).send(invoke);
  const answer = BatchAnswer.safeParse(JSON.parse(Payload?.transformToString() ?? 'null'));
  if (FunctionError !== undefined || !answer.success) throw new Error('see the log of the consumer');
}
