import { localAccount, localArn } from '../../../local/aws/account.ts';
import { exportsBucket } from './deployed-policies.ts';
import type { IamRequest } from './iam-evaluator.ts';
import { type KmsFacts, kmsRequests } from './kms-requests.ts';
import type { AwsCall } from './meter.ts';
import { partsOf } from './write-units.ts';

export interface FunctionFacts extends KmsFacts {
  /** whether it consumes the table's stream */
  readonly isConsumer: boolean;
}

/** Returns the distinct requests that AWS authorizes for the recorded calls of one function, and for Lambda to run it. */
export function distinctRequests(row: string, calls: readonly AwsCall[], facts: FunctionFacts): IamRequest[] {
  const all = [...calls.flatMap(call => requestsOf(call, facts)), ...requestsOfLambda(row, facts)];
  return [...new Map(all.map(request => [JSON.stringify(request), request])).values()];
}

/** Returns all that AWS authorizes for one recorded call, with the condition keys that the call has. */
function requestsOf({ command, input }: AwsCall, facts: KmsFacts): IamRequest[] {
  const name = command.replace(/Command$/, '');
  const requests = byCommand[name];
  return requests ? requests(input, facts, name) : kmsRequests(name, input, facts);
}

type Input = AwsCall['input'];
type Requests = (input: Input, facts: KmsFacts, command: string) => IamRequest[];

const onItem: Requests = (input, facts, command) => [
  tableRequest(facts, command, [pkOf(input.Key ?? input.Item)]),
  ...throughDynamoDb(facts),
];

const byCommand: Readonly<Record<string, Requests>> = {
  GetItem: onItem,
  PutItem: onItem,
  UpdateItem: onItem,
  DeleteItem: onItem,
  // DynamoDB authorizes the parts of a transaction, each by the action that it would be alone.
  TransactWriteItems: (input, facts) => [
    ...partsOf(input).map(({ Put, Delete, Update, ConditionCheck }) => {
      if (Put) return tableRequest(facts, 'PutItem', [pkOf(Put.Item)]);
      if (Delete) return tableRequest(facts, 'DeleteItem', [pkOf(Delete.Key)]);
      if (Update) return tableRequest(facts, 'UpdateItem', [pkOf(Update.Key)]);
      return tableRequest(facts, 'ConditionCheckItem', [pkOf(ConditionCheck?.Key)]);
    }),
    ...throughDynamoDb(facts),
  ],
  Query: (input, facts) => {
    const values = Object(input.ExpressionAttributeValues);
    const index = input.IndexName ? `/index/${input.IndexName}` : '';
    return [tableRequest(facts, 'Query', [String(values[':pk'] ?? values[':xpk'])], index), ...throughDynamoDb(facts)];
  },
  // Where an object is missing, S3 answers 404 only to callers that may list.
  GetObject: ({ Key }, facts) => [
    { action: 's3:GetObject', resource: objectArn(Key), context: overTls },
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${exportsBucket}`, context: overTls },
    ...through(facts, 's3', 'store/Exports/Key', ['Decrypt']),
  ],
  PutObject: ({ Key }, facts) => [
    { action: 's3:PutObject', resource: objectArn(Key), context: overTls },
    ...through(facts, 's3', 'store/Exports/Key', ['GenerateDataKey', 'Decrypt']),
  ],
  Publish: ({ TopicArn }, facts) => [
    { action: 'sns:Publish', resource: String(TopicArn), context: {} },
    ...through(facts, 'sns', 'store/Notices/Key', ['GenerateDataKey', 'Decrypt']),
  ],
  SendMessage: (_, facts) => [
    { action: 'sqs:SendMessage', resource: facts.deployed.arnOf('store/Aside/Queue'), context: {} },
    ...through(facts, 'sqs', 'store/Aside/Key', ['GenerateDataKey', 'Decrypt']),
  ],
  GetQueueAttributes: (_, facts) => [
    { action: 'sqs:GetQueueAttributes', resource: facts.deployed.arnOf('store/Aside/Queue'), context: {} },
  ],
  GetSecretValue: ({ SecretId }, facts) => [
    { action: 'secretsmanager:GetSecretValue', resource: secretArn(SecretId, facts), context: {} },
    ...through(facts, 'secretsmanager', 'store/Secrets/Key', ['Decrypt']),
  ],
  PutSecretValue: ({ SecretId }, facts) => [
    { action: 'secretsmanager:PutSecretValue', resource: secretArn(SecretId, facts), context: {} },
    ...through(facts, 'secretsmanager', 'store/Secrets/Key', ['GenerateDataKey', 'Decrypt']),
  ],
  Invoke: ({ FunctionName }, facts) => [
    {
      action: 'lambda:InvokeFunction',
      resource: facts.deployed.arnOf(`trust/Chain/${FunctionName}/Function`),
      context: {},
    },
  ],
};

const overTls = { 's3:TlsVersion': '1.3' };

function tableRequest({ deployed }: KmsFacts, action: string, leadingKeys: readonly string[], index = ''): IamRequest {
  return {
    action: `dynamodb:${action}`,
    resource: `${deployed.arnOf('store/Ledger/Table')}${index}`,
    context: { 'dynamodb:LeadingKeys': leadingKeys },
  };
}

function throughDynamoDb(facts: KmsFacts): IamRequest[] {
  return through(facts, 'dynamodb', 'store/Ledger/Key', ['Decrypt', 'DescribeKey']);
}

/** Returns what a service asks of KMS in the name of the caller, with the key that encrypts there. */
function through({ deployed }: KmsFacts, service: string, key: string, operations: readonly string[]): IamRequest[] {
  const context = {
    'kms:CallerAccount': localAccount.accountId,
    'kms:ViaService': `${service}.${localAccount.region}.amazonaws.com`,
  };
  return operations.map(operation => ({ action: `kms:${operation}`, resource: deployed.arnOf(key), context }));
}

/** Returns what Lambda does with the role of a function: it writes the log, and for a consumer it polls the stream. */
function requestsOfLambda(row: string, { deployed, isConsumer }: FunctionFacts): IamRequest[] {
  const log = localArn('logs', `log-group:/aws/lambda/license-server-local-${row}:log-stream:2026/11/30/[$LATEST]0`);
  const stream = `${deployed.arnOf('store/Ledger/Table')}/stream/2026-11-30T00:00:00.000`;
  const withoutContext = (action: string, resource: string): IamRequest => ({ action, resource, context: {} });
  return [
    ...['CreateLogStream', 'PutLogEvents'].map(action => withoutContext(`logs:${action}`, log)),
    ...(isConsumer ? pollingActions.map(action => withoutContext(`dynamodb:${action}`, stream)) : []),
    ...(isConsumer ? [withoutContext('dynamodb:ListStreams', '*')] : []),
  ];
}

const pollingActions = ['DescribeStream', 'GetRecords', 'GetShardIterator'];

function pkOf(item: unknown): string {
  return String(Object(item).pk);
}

function objectArn(key: unknown): string {
  return `arn:aws:s3:::${exportsBucket}/${key}`;
}

/** `license-server/local/responder/hub` */
function secretArn(id: unknown, { deployed }: KmsFacts): string {
  const [org, kind] = String(id).split('/').reverse();
  return deployed.arnOf(`store/Secrets/${kind}-${org}`);
}
