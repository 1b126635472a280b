import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../aws/client-settings.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';

const client = perRuntime((runtime: Runtime) => {
  const made = new SQSClient(clientSettings(runtime));
  runtime.instrument(made.middlewareStack);
  return made;
});

/** A record of the stream that its consumer can never work on, with all that it takes to give it to the consumer again. */
export interface DeadLetter {
  /** the row of the consumer */
  readonly consumer: string;
  /** name of the error, never its message: messages of libraries quote what they were given */
  readonly fault: string;
  readonly record: unknown;
}

/** Puts a record into the dead-letter queue, from where a person gives it back (docs/runbook.md). */
export async function sendToDeadLetters(runtime: Runtime, record: DeadLetter): Promise<void> {
  await client(runtime).send(
    new SendMessageCommand({ QueueUrl: setting(runtime, 'DEAD_LETTER_QUEUE'), MessageBody: JSON.stringify(record) }),
  );
}

/** @returns how many wait there for a person, those in a person's hands too; a moment old, as SQS counts */
export async function countDeadLetters(runtime: Runtime): Promise<number> {
  const waiting = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await client(runtime).send(
    new GetQueueAttributesCommand({ QueueUrl: setting(runtime, 'DEAD_LETTER_QUEUE'), AttributeNames: [...waiting] }),
  );
  return waiting.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
