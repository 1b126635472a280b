import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { asRefusal, classifyFault, type FaultClass, faultTable } from '../../../lambdas/platform/aws/aws-fault.ts';
import { clientSettings } from '../../../lambdas/platform/aws/client-settings.ts';
import { systemRuntime } from '../../../lambdas/platform/kernel/system-runtime.ts';
import { withoutPauses } from '../../support/clients/pauses.ts';

// Every error here is one that the real SDK throws, with the settings of the server, at a real socket.

type Service = 'DynamoDB' | 'transactions' | 'KMS' | 'Secrets Manager' | 'SNS' | 'SQS' | 'S3' | 'Lambda';
type Wire = (socket: Socket) => void;

const calls: Readonly<Record<Service, (endpoint: string) => Promise<unknown>>> = {
  DynamoDB: async endpoint =>
    await new DynamoDBClient(of(endpoint)).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })),
  transactions: async endpoint =>
    await new DynamoDBClient(of(endpoint)).send(
      new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: 't', Key: { pk: { S: 'a' } } } }] }),
    ),
  KMS: async endpoint =>
    await new KMSClient(of(endpoint)).send(
      new SignCommand({ KeyId: 'k', Message: new Uint8Array(3), SigningAlgorithm: 'ECDSA_SHA_256' }),
    ),
  'Secrets Manager': async endpoint =>
    await new SecretsManagerClient(of(endpoint)).send(new GetSecretValueCommand({ SecretId: 's' })),
  SNS: async endpoint =>
    await new SNSClient(of(endpoint)).send(new PublishCommand({ TopicArn: 'arn:aws:sns:::t', Message: 'x' })),
  SQS: async endpoint =>
    await new SQSClient(of(endpoint)).send(new SendMessageCommand({ QueueUrl: `${endpoint}/q`, MessageBody: 'x' })),
  S3: async endpoint => {
    const client = new S3Client({ ...of(endpoint), forcePathStyle: true });
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
    return await Body?.transformToString();
  },
  Lambda: async endpoint => await new LambdaClient(of(endpoint)).send(new InvokeCommand({ FunctionName: 'f' })),
};
const services = Object.keys(calls).filter((name): name is Service => name in calls);
const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
const of = (endpoint: string) => ({ ...clientSettings(systemRuntime), endpoint, region: 'eu-central-1', credentials });

const onRequest =
  (then: Wire): Wire =>
  socket =>
    socket.once('data', () => then(socket));
const http = (status: string, body: string, headers = '') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
const answer = (status: string, body: string, headers = '') =>
  onRequest(socket => socket.write(http(status, body, headers)));
const partOfBody = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"Item":{"pk":';
const page = '<html>from a proxy</html>';

/** What the network, a proxy or AWS may do to any request; nothing of it is a fault of ours. */
const disturbances: Readonly<Record<string, Wire>> = {
  'is closed at once': socket => socket.destroy(),
  'is reset at once': socket => socket.resetAndDestroy(),
  'is closed after the request': onRequest(socket => socket.destroy()),
  'is reset after the request': onRequest(socket => socket.resetAndDestroy()),
  'never answers': () => {},
  'breaks in the head of the answer': onRequest(socket => socket.end('HTTP/1.1 200 OK\r\nconte')),
  'breaks in the body': onRequest(socket => socket.write(partOfBody, () => socket.resetAndDestroy())),
  'stops in the middle of the body': onRequest(socket => socket.write(partOfBody)),
  'speaks something else than HTTP': onRequest(socket => socket.end('hello\r\n\r\n')),
  'answers 500 with a page': answer('500 Internal Server Error', page),
  'answers 502 with a page': answer('502 Bad Gateway', page),
  'answers 503 with nothing': answer('503 Service Unavailable', ''),
  'answers 429 with a page': answer('429 Too Many Requests', page),
  'answers 403 with a page': answer('403 Forbidden', page),
};

/** Where only the content shows that an answer was cut: those services whose answers have a form that the SDK reads. */
const unreadable: Readonly<Partial<Record<Service, string>>> = {
  DynamoDB: '{"Item":{"pk":',
  transactions: '{',
  KMS: '{"Signature":"',
  'Secrets Manager': '{"Secret',
  SNS: '<PublishResponse><PublishResult>',
  SQS: '{"MessageId":',
};

const json = (status: number, name: string, more: object = {}): Wire =>
  answer(`${status} -`, JSON.stringify({ __type: `com.amazonaws#${name}`, message: '-', ...more }));
const xml = (status: number, name: string): Wire =>
  answer(`${status} -`, `<Error><Code>${name}</Code><Message>-</Message></Error>`, 'content-type: application/xml\r\n');
const query = (status: number, name: string): Wire =>
  answer(`${status} -`, `<ErrorResponse><Error><Code>${name}</Code></Error></ErrorResponse>`);
const cancelled = (Code: string) =>
  json(400, 'TransactionCanceledException', { CancellationReasons: [{ Code: 'None' }, { Code }] });
const rest = (status: number, name: string): Wire => answer(`${status} -`, '{}', `x-amzn-errortype: ${name}\r\n`);

/** What AWS states itself: API references of the services, "Common errors", "Error handling with DynamoDB". */
const stated: readonly (readonly [Service, string, Wire, FaultClass])[] = [
  ['transactions', 'TransactionConflict', cancelled('TransactionConflict'), 'contended'],
  ['transactions', 'ThrottlingError', cancelled('ThrottlingError'), 'contended'],
  ['transactions', 'ProvisionedThroughputExceeded', cancelled('ProvisionedThroughputExceeded'), 'contended'],
  ['transactions', 'ValidationError', cancelled('ValidationError'), 'lasting'],
  ['transactions', 'TransactionInProgressException', json(400, 'TransactionInProgressException'), 'contended'],
  ['DynamoDB', 'TransactionConflictException', json(400, 'TransactionConflictException'), 'contended'],
  ['DynamoDB', 'ReplicatedWriteConflictException', json(400, 'ReplicatedWriteConflictException'), 'contended'],
  ['DynamoDB', 'ThrottlingException', json(400, 'ThrottlingException'), 'passing'],
  [
    'DynamoDB',
    'ProvisionedThroughputExceededException',
    json(400, 'ProvisionedThroughputExceededException'),
    'passing',
  ],
  ['DynamoDB', 'RequestLimitExceeded', json(400, 'RequestLimitExceeded'), 'passing'],
  ['DynamoDB', 'InternalServerError', json(500, 'InternalServerError'), 'passing'],
  [
    'DynamoDB',
    'ItemCollectionSizeLimitExceededException',
    json(400, 'ItemCollectionSizeLimitExceededException'),
    'lasting',
  ],
  ['DynamoDB', 'ValidationException', json(400, 'ValidationException'), 'lasting'],
  ['DynamoDB', 'AccessDeniedException', json(400, 'AccessDeniedException'), 'lasting'],
  ['DynamoDB', 'ResourceNotFoundException', json(400, 'ResourceNotFoundException'), 'lasting'],
  ['DynamoDB', 'InvalidSignatureException', json(400, 'InvalidSignatureException'), 'passing'],
  ['DynamoDB', 'RequestExpired', json(400, 'RequestExpired'), 'passing'],
  ['DynamoDB', 'ExpiredTokenException', json(400, 'ExpiredTokenException'), 'passing'],
  ['KMS', 'ThrottlingException', json(400, 'ThrottlingException'), 'passing'],
  ['KMS', 'LimitExceededException', json(400, 'LimitExceededException'), 'passing'],
  ['KMS', 'KMSInternalException', json(500, 'KMSInternalException'), 'passing'],
  ['KMS', 'DependencyTimeoutException', json(503, 'DependencyTimeoutException'), 'passing'],
  ['KMS', 'KeyUnavailableException', json(500, 'KeyUnavailableException'), 'passing'],
  ['KMS', 'AccessDeniedException', json(400, 'AccessDeniedException'), 'lasting'],
  ['KMS', 'DisabledException', json(409, 'DisabledException'), 'lasting'],
  ['Secrets Manager', 'InternalServiceError', json(500, 'InternalServiceError'), 'passing'],
  ['Secrets Manager', 'DecryptionFailure', json(400, 'DecryptionFailure'), 'lasting'],
  ['SNS', 'KMSThrottling', query(400, 'KMSThrottling'), 'passing'],
  ['SQS', 'RequestThrottled', json(400, 'RequestThrottled'), 'passing'],
  ['S3', 'SlowDown', xml(503, 'SlowDown'), 'passing'],
  ['S3', 'RequestTimeout', xml(400, 'RequestTimeout'), 'passing'],
  ['S3', 'RequestTimeTooSkewed', xml(403, 'RequestTimeTooSkewed'), 'passing'],
  ['S3', 'OperationAborted', xml(409, 'OperationAborted'), 'passing'],
  ['S3', 'AccessDenied', xml(403, 'AccessDenied'), 'lasting'],
  ['Lambda', 'TooManyRequestsException', rest(429, 'TooManyRequestsException'), 'passing'],
  ['Lambda', 'ResourceConflictException', rest(409, 'ResourceConflictException'), 'passing'],
  ['Lambda', 'EC2ThrottledException', rest(502, 'EC2ThrottledException'), 'passing'],
  ['Lambda', 'ResourceNotFoundException', rest(404, 'ResourceNotFoundException'), 'lasting'],
];

describe('a fault of AWS', () => {
  /** Faults that are not ours, for the rows of the table to be needed by. */
  const met: unknown[] = [];
  beforeAll(() => withoutPauses());
  afterAll(() => {
    jest.restoreAllMocks();
  });

  async function meet(service: Service, wire: Wire): Promise<unknown> {
    const server = createServer(socket => void wire(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const fault = await faultOf(service, `http://127.0.0.1:${port}`);
    server.close();
    return fault;
  }

  async function faultOf(service: Service, endpoint: string): Promise<unknown> {
    const fault: unknown = await calls[service](endpoint).then(
      () => 'nothing',
      (error: unknown) => error,
    );
    met.push(fault);
    return fault;
  }

  it.each(Object.entries(disturbances))('passes when the connection %s', async (_what, wire) => {
    const faults = await Promise.all(services.map(async service => [service, await meet(service, wire)] as const));
    expect(faults.map(([service, fault]) => [service, classifyFault(fault), codeOf(asRefusal(fault))])).toEqual(
      services.map(service => [service, 'passing', 'unavailable']),
    );
  });

  it('passes when nothing listens, and when the name of the host cannot be resolved', async () => {
    for (const endpoint of ['http://127.0.0.1:1', 'http://no-such-host.invalid'])
      for (const service of services) expect(classifyFault(await faultOf(service, endpoint))).toBe('passing');
  });

  it.each(Object.entries(unreadable))('passes when %s answers 200 and the text is cut off', async (service, text) => {
    const known = services.find(name => name === service) ?? 'DynamoDB';
    expect(classifyFault(await meet(known, answer('200 OK', text)))).toBe('passing');
  });

  it('passes when an answer has another checksum than it states', async () => {
    const checksum = `x-amz-checksum-sha256: ${Buffer.alloc(32).toString('base64')}\r\n`;
    expect(classifyFault(await meet('S3', answer('200 OK', 'half of', checksum)))).toBe('passing');
    expect(classifyFault(await meet('SQS', answer('200 OK', '{"MessageId":"m","MD5OfMessageBody":"0"}')))).toBe(
      'passing',
    );
  });

  it.each(stated)('of %s, %s', async (service, name, wire, expected) => {
    const fault = await meet(service, wire);
    const names = [Object(fault).name, ...[Object(fault).CancellationReasons ?? []].flat().map(({ Code }) => Code)];
    expect(names.join()).toMatch(new RegExp(name));
    expect(classifyFault(fault)).toBe(expected);
    expect(codeOf(asRefusal(fault))).toBe(expected === 'lasting' ? undefined : 'unavailable');
  });

  it.each(faultTable.map(row => [row.what, row] as const))('needs the row: %s', (_what, row) => {
    const others = faultTable.filter(other => other !== row);
    expect(met.filter(fault => classifyFault(fault, others) !== classifyFault(fault))).not.toEqual([]);
  });

  it('is none when it is no error of AWS', () => {
    const refusal = new Refusal('not-found', '');
    expect(asRefusal(refusal)).toBe(refusal);
    for (const thrown of [new TypeError('x'), new SyntaxError('x'), 'text', undefined]) {
      expect(classifyFault(thrown)).toBe('lasting');
      expect(asRefusal(thrown)).toBe(thrown);
    }
  });
});

function codeOf(error: unknown): string | undefined {
  return error instanceof Refusal ? error.code : undefined;
}
