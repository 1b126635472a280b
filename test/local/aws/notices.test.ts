import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalNotifications, startNotifications } from '../../../local/aws/notifications.ts';

let notices: LocalNotifications;
let sns: SNSClient;
let sqs: SQSClient;
let s3: S3Client;
beforeAll(async () => {
  notices = await startNotifications();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const settings = { region: 'eu-central-1', credentials, maxAttempts: 1 };
  sns = new SNSClient({ ...settings, endpoint: notices.endpoints.sns });
  sqs = new SQSClient({ ...settings, endpoint: notices.endpoints.sqs });
  s3 = new S3Client({ ...settings, endpoint: notices.endpoints.s3, forcePathStyle: true });
});
afterAll(async () => {
  for (const client of [sns, sqs, s3]) client.destroy();
  await notices.close();
});

const publish = async (input: object) =>
  await sns.send(new PublishCommand({ TopicArn: notices.settings.ALERTS_TOPIC, Message: 'm', ...input }));
const attribute = (name: string, value: object) => ({
  MessageAttributes: { [name]: { DataType: 'String', ...value } },
});
const queue = (name = '') => ({ QueueUrl: `${notices.settings.DEAD_LETTER_QUEUE}${name}` });
const put = async (input: object) =>
  await s3.send(new PutObjectCommand({ Bucket: notices.settings.EXPORTS_BUCKET, Key: 'k', Body: 'x', ...input }));
const json = { MessageStructure: 'json' };

describe('the local SNS', () => {
  it('delivers a message at every limit', async () => {
    const Message = JSON.stringify({ default: 'x'.repeat(260_000) });
    const full = { ...json, Message, Subject: 'ä'.repeat(99), ...attribute('a.b-c_1', { StringValue: 'v' }) };
    await publish(full);
    expect(notices.delivered('alerts').at(-1)).toMatchObject({
      subject: full.Subject,
      attributes: { 'a.b-c_1': 'v' },
    });
  });

  it('refuses an unknown topic with NotFoundException', async () => {
    const TopicArn = `${notices.settings.ALERTS_TOPIC}-other`;
    await expect(publish({ TopicArn })).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it.each<[string, object]>([
    ['a subject of 100 characters', { Subject: 'x'.repeat(100) }],
    ['a subject with a line break', { Subject: 'a\nb' }],
    ['a subject with a control character', { Subject: 'a\u0007b' }],
    ['a message over 256 KB', { Message: 'x'.repeat(262_145) }],
    ['an empty message', { Message: '' }],
    ['an unknown message structure', { MessageStructure: 'xml' }],
    ['a structured message that is not JSON', { ...json, Message: 'x' }],
    ['a structured message without a default', { ...json, Message: '{"email":"x"}' }],
    ['a structured message whose default is not text', { ...json, Message: '{"default":{}}' }],
    ['an attribute name with a space', attribute('a b', { StringValue: 'x' })],
    ['an attribute name that begins with AWS.', attribute('AWS.a', { StringValue: 'x' })],
    ['an attribute name that ends with a period', attribute('a.', { StringValue: 'x' })],
    ['an attribute name with two periods', attribute('a..b', { StringValue: 'x' })],
    ['an attribute of an unknown type', attribute('a', { DataType: 'Text', StringValue: 'x' })],
    ['a topic that is not an ARN', { TopicArn: 'alerts' }],
  ])('refuses %s with InvalidParameterException', async (_, input) => {
    await expect(publish(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('refuses an attribute without a value with InvalidParameterValueException', async () => {
    const empty = publish(attribute('a', { StringValue: '' }));
    await expect(empty).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});

describe('the local SQS', () => {
  it('hands out a message with a receipt that releases and deletes it', async () => {
    await sqs.send(new SendMessageCommand({ ...queue(), MessageBody: 'x' }));
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(queue()));
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ ...queue(), ReceiptHandle, VisibilityTimeout: 30 }));
    await sqs.send(new DeleteMessageCommand({ ...queue(), ReceiptHandle }));
    expect(notices.deadLetters()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['SendMessage', () => sqs.send(new SendMessageCommand({ ...queue('x'), MessageBody: 'x' }))],
    ['ReceiveMessage', () => sqs.send(new ReceiveMessageCommand(queue('x')))],
    ['DeleteMessage', () => sqs.send(new DeleteMessageCommand({ ...queue('x'), ReceiptHandle: crypto.randomUUID() }))],
    [
      'ChangeMessageVisibility',
      () =>
        sqs.send(
          new ChangeMessageVisibilityCommand({
            ...queue('x'),
            ReceiptHandle: crypto.randomUUID(),
            VisibilityTimeout: 0,
          }),
        ),
    ],
    ['GetQueueAttributes', () => sqs.send(new GetQueueAttributesCommand(queue('x')))],
    ['GetQueueUrl', () => sqs.send(new GetQueueUrlCommand({ QueueName: 'x' }))],
  ])('refuses %s of an unknown queue with QueueDoesNotExist', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it.each<[string, object]>([
    ['InvalidMessageContents', { MessageBody: '\u0001' }],
    ['InvalidMessageContents', { MessageBody: '\ufffe' }],
    ['InvalidParameterValue', { MessageBody: 'x'.repeat(1_048_577) }],
    ['MissingParameter', { MessageBody: '' }],
  ])('refuses with %s a message of forbidden characters, of more than 1 MiB or of nothing (%#)', async (name, body) => {
    const send = sqs.send(new SendMessageCommand({ ...queue(), MessageBody: '', ...body }));
    await expect(send).rejects.toMatchObject({ name: expect.stringMatching(`${name}$`) });
  });

  it.each<[string, object]>([
    ['11 messages', { MaxNumberOfMessages: 11 }],
    ['a wait of 21 seconds', { WaitTimeSeconds: 21 }],
    ['a visibility of more than 12 hours', { VisibilityTimeout: 43_201 }],
  ])('refuses to receive %s with InvalidParameterValue', async (_, input) => {
    const receive = sqs.send(new ReceiveMessageCommand({ ...queue(), ...input }));
    await expect(receive).rejects.toMatchObject({ name: expect.stringMatching(/InvalidParameterValue$/) });
  });

  it('refuses a receipt that no queue has issued with ReceiptHandleIsInvalid', async () => {
    const foreign = { ...queue(), ReceiptHandle: 'foreign' };
    const refused = { name: 'ReceiptHandleIsInvalid' };
    await expect(sqs.send(new DeleteMessageCommand(foreign))).rejects.toMatchObject(refused);
    const release = new ChangeMessageVisibilityCommand({ ...foreign, VisibilityTimeout: 0 });
    await expect(sqs.send(release)).rejects.toMatchObject(refused);
  });

  it('refuses to change the visibility of a message that is visible with MessageNotInflight', async () => {
    const receipt = { ...queue(), ReceiptHandle: crypto.randomUUID(), VisibilityTimeout: 0 };
    const release = sqs.send(new ChangeMessageVisibilityCommand(receipt));
    await expect(release).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('refuses an unknown attribute with InvalidAttributeName', async () => {
    const AttributeNames = JSON.parse('["NumberOfMessages"]');
    const read = sqs.send(new GetQueueAttributesCommand({ ...queue(), AttributeNames }));
    await expect(read).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });
});

describe('the local S3', () => {
  it('stores an object with its SHA-256 under a key of 1,024 bytes', async () => {
    const Key = 'ä'.repeat(512);
    await put({ Key, ChecksumAlgorithm: 'SHA256' });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: notices.settings.EXPORTS_BUCKET, Key }));
    expect(await Body?.transformToString()).toBe('x');
  });

  it('refuses a key of 1,025 bytes with KeyTooLongError', async () => {
    const tooLong = put({ Key: `${'ä'.repeat(512)}x` });
    await expect(tooLong).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('refuses a body that has another SHA-256 than stated with BadDigest', async () => {
    const changed = put({ ChecksumSHA256: Buffer.alloc(32).toString('base64') });
    await expect(changed).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('refuses an unknown bucket with NoSuchBucket, and an unknown key with NoSuchKey', async () => {
    const get = (Bucket: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'unknown' }));
    await expect(put({ Bucket: 'unknown' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(get('unknown')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(get(notices.settings.EXPORTS_BUCKET)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
