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

/** A stream record that its consumer cannot process, with all data for a redrive. */
export interface DeadLetter {
  /** the row of the consumer */
  readonly consumer: string;
  /** name of the error, never its message: messages of libraries quote what they were given */
  readonly fault: string;
  readonly record: unknown;
}

/** Sends a record to the dead-letter queue; an operator redrives it (docs/runbook.md). */
export async function sendToDeadLetters(runtime: Runtime, record: DeadLetter): Promise<void> {
  await client(runtime).send(
    new SendMessageCommand({ QueueUrl: setting(runtime, 'DEAD_LETTER_QUEUE'), MessageBody: messageText(record) }),
  );
}

/** Returns JSON in characters that SQS accepts in a message (SQS API reference, SendMessage); JSON itself allows all of them. */
function messageText(record: DeadLetter): string {
  return JSON.stringify(record).replace(
    /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Returns the approximate number of dead letters, those in flight included (SQS, GetQueueAttributes). */
export async function countDeadLetters(runtime: Runtime): Promise<number> {
  const waiting = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await client(runtime).send(
    new GetQueueAttributesCommand({ QueueUrl: setting(runtime, 'DEAD_LETTER_QUEUE'), AttributeNames: [...waiting] }),
  );
  return waiting.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
