import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { GivenEndpoints } from './endpoints.ts';
import {
  type Delivered,
  exportsBucket,
  type LocalNotifications,
  names,
  startNotifications,
  toDelivered,
} from './notifications.ts';

const region = 'eu-central-1';
const settings = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/**
 * Connects to SNS, SQS and S3 at the given endpoints, or starts emulators, and creates the resources of the stack in them.
 *
 * @param folder data folder of the emulators @default memory only
 */
export async function startNotificationsAt(
  given: GivenEndpoints,
  folder?: string | undefined,
): Promise<LocalNotifications> {
  const embedded = await startNotifications(folder);
  if (given.s3) await ensureBucket(given.s3);
  const messages = given.sns && given.sqs ? await givenMessages(given.sns, given.sqs) : undefined;
  return {
    ...embedded,
    ...messages,
    settings: { ...embedded.settings, ...messages?.settings },
    endpoints: {
      sns: given.sns ?? embedded.endpoints.sns,
      sqs: given.sqs ?? embedded.endpoints.sqs,
      s3: given.s3 ?? embedded.endpoints.s3,
    },
  };
}

async function ensureBucket(endpoint: string): Promise<void> {
  const client = new S3Client({ ...settings, endpoint, forcePathStyle: true });
  try {
    await client.send(
      new CreateBucketCommand({ Bucket: exportsBucket, CreateBucketConfiguration: { LocationConstraint: region } }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  } finally {
    client.destroy();
  }
}

/** Creates the topics, each with a subscribed queue, and the dead-letter queue. */
async function givenMessages(sns: string, sqs: string) {
  const topics = new SNSClient({ ...settings, endpoint: sns });
  const queues = new SQSClient({ ...settings, endpoint: sqs });
  const [alerts, finance] = [await ensureTopic(topics, queues, 'alerts'), await ensureTopic(topics, queues, 'finance')];
  const DEAD_LETTER_QUEUE = await ensureQueue(queues, names.deadLetters);
  topics.destroy();
  const delivered = { alerts: [] as Delivered[], finance: [] as Delivered[] };
  let deadLetters: string[] = [];
  return {
    settings: { ALERTS_TOPIC: alerts.topicArn, FINANCE_TOPIC: finance.topicArn, DEAD_LETTER_QUEUE },
    delivered: (topic: keyof typeof delivered) => delivered[topic],
    deadLetters: () => deadLetters,
    async collect() {
      delivered.alerts.push(...(await takeAll(queues, alerts.queueUrl)).map(toDelivered));
      delivered.finance.push(...(await takeAll(queues, finance.queueUrl)).map(toDelivered));
      deadLetters = (await receive(queues, DEAD_LETTER_QUEUE)).map(({ Body = '' }) => Body);
    },
  };
}

async function ensureTopic(topics: SNSClient, queues: SQSClient, topic: keyof typeof names) {
  const queueUrl = await ensureQueue(queues, names[topic]);
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { TopicArn: topicArn = '' } = await topics.send(new CreateTopicCommand({ Name: names[topic] }));
  await topics.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn ?? '' }),
  );
  return { topicArn, queueUrl };
}

async function ensureQueue(queues: SQSClient, QueueName: string): Promise<string> {
  return (await queues.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
}

async function takeAll(queues: SQSClient, QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (let page = await receive(queues, QueueUrl); page.length > 0; page = await receive(queues, QueueUrl))
    for (const { Body = '', ReceiptHandle } of page) {
      bodies.push(Body);
      await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  return bodies;
}

/** Receives at most ten messages, which stay visible. */
async function receive(queues: SQSClient, QueueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  return (await queues.send(command)).Messages ?? [];
}
