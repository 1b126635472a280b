import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { deadLetterQueueName } from '../../domain/kernel/dead-letter-queue.ts';
import { UsageError } from '../exit.ts';

export interface DeadLetterMessage {
  readonly Body?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
}

/** Dead-letter queue of a stage, with the rights of the AWS credentials. */
export interface DeadLetterQueue {
  /** Receives all current messages, each once. They are invisible to other receivers for five minutes. */
  messages(): AsyncIterable<DeadLetterMessage>;
  remove(message: DeadLetterMessage): Promise<void>;
  /** Makes a message visible again. */
  release(message: DeadLetterMessage): Promise<void>;
}

const visibilityTimeoutSeconds = 300;

/** Opens the dead-letter queue of a stage. @throws UsageError when it does not exist, or access is denied */
export async function openDeadLetterQueue(stage: string): Promise<DeadLetterQueue> {
  // The URL only identifies the queue; requests go to the configured endpoint.
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const QueueName = deadLetterQueueName(stage);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName })).catch(error => {
    throw new UsageError(`The queue ${QueueName} can't be opened: ${error instanceof Error ? error.message : error}
Check AWS_PROFILE and AWS_REGION. For "npm start" run ". .local/aws.env" first, and use --stage local.`);
  });
  return {
    async *messages() {
      const seen = new Set<string | undefined>();
      for (let fresh = true; fresh; ) {
        const receive = {
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: visibilityTimeoutSeconds,
          WaitTimeSeconds: 1,
        };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(receive));
        const unseen = Messages.filter(({ MessageId }) => !seen.has(MessageId));
        for (const message of unseen) {
          seen.add(message.MessageId);
          yield message;
        }
        fresh = unseen.length > 0;
      }
    },
    async remove({ ReceiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async release({ ReceiptHandle }) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    },
  };
}
