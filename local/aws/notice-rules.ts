import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error.ts';

/** Names of queue attributes that GetQueueAttributes accepts (SQS API reference). */
const queueAttributes = new Set(
  `All Policy VisibilityTimeout MaximumMessageSize MessageRetentionPeriod ApproximateNumberOfMessages
  ApproximateNumberOfMessagesNotVisible CreatedTimestamp LastModifiedTimestamp QueueArn ApproximateNumberOfMessagesDelayed
  DelaySeconds ReceiveMessageWaitTimeSeconds RedrivePolicy FifoQueue ContentBasedDeduplication KmsMasterKeyId
  KmsDataKeyReusePeriodSeconds DeduplicationScope FifoThroughputLimit RedriveAllowPolicy SqsManagedSseEnabled`.split(
    /\s+/,
  ),
);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const topicArn = /^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
const attributeName = /^(?!\.)(?!.*\.\.)(?!(aws|amazon)\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const attributeType = /^(String|String\.Array|Number|Binary)$/;

/** Throws what SNS documents of Publish and fauxqs accepts. @throws ServiceError */
export function checkPublish(form: URLSearchParams): void {
  if (!topicArn.test(form.get('TopicArn') ?? '')) throw invalid('TopicArn');
  const subject = form.get('Subject') ?? '';
  if (subject.length >= 100 || /\p{Cc}/u.test(subject)) throw invalid('Subject');
  const structure = form.get('MessageStructure');
  if (structure !== null && structure !== 'json') throw invalid('MessageStructure');
  if (structure === 'json' && !hasDefaultText(form.get('Message') ?? '')) throw invalid('Message Structure');
  for (const [key, name] of form)
    if (/^MessageAttributes\.entry\.\d+\.Name$/.test(key)) checkAttribute(form, key, name);
}

function checkAttribute(form: URLSearchParams, key: string, name: string): void {
  const value = (part: string) => form.get(key.replace(/Name$/, `Value.${part}`)) ?? '';
  if (!attributeName.test(name)) throw invalid('MessageAttributes.Name');
  if (!attributeType.test(value('DataType'))) throw invalid('MessageAttributes.DataType');
  if (value('StringValue') || value('BinaryValue')) return;
  throw new ServiceError('ParameterValueInvalid', `The message attribute '${name}' must contain non-empty values.`);
}

function hasDefaultText(message: string): boolean {
  try {
    return typeof Object(JSON.parse(message)).default === 'string';
  } catch {
    return false;
  }
}

function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}

/** Throws what SQS documents and fauxqs accepts. @param input of the operation @throws ServiceError */
export function checkQueueCall(operation: string, input: unknown): void {
  const { AttributeNames, ReceiptHandle } = Object(input);
  const names: unknown[] = operation === 'GetQueueAttributes' ? [AttributeNames ?? []].flat() : [];
  const unknown = names.find(name => !queueAttributes.has(String(name)));
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  if (ReceiptHandle === undefined || uuid.test(String(ReceiptHandle))) return;
  throw new ServiceError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
}

/** Quota of S3: the name of an object has at most 1,024 bytes in UTF-8. */
const maxKeyBytes = 1024;

/** Throws what S3 documents of an object and fauxqs accepts. @param pathname `/bucket/key` @throws ServiceError */
export function checkObject(method: string, pathname: string, headers: IncomingHttpHeaders, body: Buffer): void {
  const key = /^\/[^/]+\/(.+)$/.exec(pathname)?.[1];
  if (key === undefined) return;
  if (Buffer.byteLength(decodeURIComponent(key)) > maxKeyBytes)
    throw new ServiceError('KeyTooLongError', 'Your key is too long');
  const stated = headers['x-amz-checksum-sha256'];
  if (method !== 'PUT' || stated === undefined) return;
  if (stated === createHash('sha256').update(body).digest('base64')) return;
  throw new ServiceError('BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
}
