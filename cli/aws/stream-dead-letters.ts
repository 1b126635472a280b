import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { UsageError } from '../exit.ts';

export interface DeadLetterMessage {
  readonly Body?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
}

/** The dead-letter queue of a stage, as the person who runs this may use it. */
export interface DeadLetterQueue {
  /** Everything that lies there now, each message once; for five minutes nobody else sees it. */
  messages(): AsyncIterable<DeadLetterMessage>;
  remove(message: DeadLetterMessage): Promise<void>;
  /** lets others see it again at once */
  release(message: DeadLetterMessage): Promise<void>;
}

const hiddenSeconds = 300;

/** @throws UsageError when there is no such queue, or this person may not use it */
export async function openDeadLetterQueue(stage: string): Promise<DeadLetterQueue> {
  // The queue's URL names it; where it is asked for, the endpoint says.
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const QueueName = `license-server-${stage}-aside`;
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName })).catch(error => {
    throw new UsageError(`${QueueName} can't be opened: ${error instanceof Error ? error.message : error}
Look at AWS_PROFILE and AWS_REGION; against "npm start" run ". .local/aws.env" before, and say --stage local.`);
  });
  return {
    async *messages() {
      const seen = new Set<string | undefined>();
      for (let fresh = true; fresh; ) {
        const receive = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: hiddenSeconds, WaitTimeSeconds: 1 };
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
