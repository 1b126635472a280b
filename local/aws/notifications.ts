import { type FauxqsServer, startFauxqs } from 'fauxqs';
import * as z from 'zod';
import { deadLetterQueueName } from '../../domain/kernel/dead-letter-queue.ts';
import { startNoticesGuard } from './notices-guard.ts';

/** SNS, SQS and S3 on this machine, with the resources of the stack. */
export interface LocalNotifications {
  readonly endpoints: Readonly<Record<'sns' | 'sqs' | 's3', string>>;
  /** Settings of the functions. */
  readonly settings: Readonly<
    Record<'ALERTS_TOPIC' | 'FINANCE_TOPIC' | 'DEAD_LETTER_QUEUE' | 'EXPORTS_BUCKET', string>
  >;
  /** Receives messages of remote queues: `delivered` and `deadLetters` are as of the last call. */
  collect(): Promise<void>;
  /** Returns the messages that a topic has delivered so far, oldest first. */
  delivered(topic: Topic): readonly Delivered[];
  /** Returns the bodies of the dead letters. */
  deadLetters(): readonly string[];
  close(): Promise<void>;
}

export interface Delivered {
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const topics = ['alerts', 'finance'] as const;
type Topic = (typeof topics)[number];

const region = 'eu-central-1';
export const exportsBucket = 'license-server-local-exports';
/** Of topics, of the queues that are subscribed to them, and of the queue of dead letters. */
export const names = {
  alerts: 'license-server-local-alerts',
  finance: 'license-server-local-finance',
  deadLetters: deadLetterQueueName('local'),
} as const;

/** @param folder keeps everything there @default memory only */
export async function startNotifications(folder?: string | undefined): Promise<LocalNotifications> {
  const server = await startFauxqs({
    port: 0,
    host: '127.0.0.1',
    logger: false,
    defaultRegion: region,
    ...(folder && { dataDir: folder }),
  });
  const [alerts, finance] = topics.map(topic => createTopic(server, topic));
  server.createQueue(names.deadLetters, { region });
  server.createBucket(exportsBucket);
  const guard = await startNoticesGuard(server.address);
  return {
    endpoints: { sns: guard.endpoint, sqs: guard.endpoint, s3: guard.endpoint },
    settings: {
      ALERTS_TOPIC: alerts ?? '',
      FINANCE_TOPIC: finance ?? '',
      // Its own URL has a host that no URL may have, because it listens on an address.
      DEAD_LETTER_QUEUE: `${guard.endpoint}/000000000000/${names.deadLetters}`,
      EXPORTS_BUCKET: exportsBucket,
    },
    collect: async () => {},
    delivered: topic => bodiesIn(server, names[topic]).map(toDelivered),
    deadLetters: () => bodiesIn(server, names.deadLetters),
    async close() {
      await guard.close();
      await server.stop();
    },
  };
}

function createTopic(server: FauxqsServer, topic: Topic): string {
  const name = names[topic];
  const { topicArn } = server.createTopic(name, { region });
  server.createQueue(name, { region });
  server.subscribe({ topic: name, queue: name, region });
  return topicArn;
}

function bodiesIn(server: FauxqsServer, queue: string): string[] {
  return (server.inspectQueue(queue)?.messages.ready ?? []).map(({ body }) => body);
}

/** The envelope in which SNS delivers to a queue. */
const Envelope = z.object({
  Subject: z.string().default(''),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).default({}),
});

export function toDelivered(body: string): Delivered {
  const { Subject: subject, Message: message, MessageAttributes } = Envelope.parse(JSON.parse(body));
  const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]);
  return { subject, message, attributes: Object.fromEntries(attributes) };
}
