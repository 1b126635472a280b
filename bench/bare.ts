import { build } from 'esbuild';
import { bundleOptions } from '../scripts/bundle.ts';

/** The AWS clients that a bundle may use, with the commands of each that ours use: what a bare handler would import. */
const clients: Record<string, { readonly imports: string; readonly body: string }> = {
  '@aws-sdk/lib-dynamodb': {
    imports: `import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';`,
    body: `uses.push(TransactionCanceledException, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
readItem = Key => documents.send(new GetCommand({ TableName: process.env.TABLE_NAME, Key, ConsistentRead: true }));`,
  },
  '@aws-sdk/client-kms': {
    imports: `import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, GetPublicKeyCommand, KMSClient, ScheduleKeyDeletionCommand, SignCommand } from '@aws-sdk/client-kms';`,
    body: 'uses.push(new KMSClient({}), CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, GetPublicKeyCommand, ScheduleKeyDeletionCommand, SignCommand);',
  },
  '@aws-sdk/client-secrets-manager': {
    imports: `import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';`,
    body: `uses.push(PutSecretValueCommand);
const secrets = new SecretsManagerClient({});
readSecret = SecretId => secrets.send(new GetSecretValueCommand({ SecretId }));`,
  },
  '@aws-sdk/client-lambda': {
    imports: `import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';`,
    body: 'uses.push(new LambdaClient({}), InvokeCommand);',
  },
  '@aws-sdk/client-sns': {
    imports: `import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';`,
    body: 'uses.push(new SNSClient({}), PublishCommand);',
  },
  '@aws-sdk/client-sqs': {
    imports: `import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';`,
    body: 'uses.push(new SQSClient({}), SendMessageCommand);',
  },
  '@aws-sdk/client-s3': {
    imports: `import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';`,
    body: 'uses.push(new S3Client({}), GetObjectCommand, PutObjectCommand);',
  },
};

/** The clients that a bundle holds, from the files that went into it. */
export function clientsIn(inputs: readonly string[]): string[] {
  return Object.keys(clients).filter(name => inputs.some(path => path.includes(`node_modules/${name}/`)));
}

/**
 * Bundles a handler that makes these clients and reads the items and secrets that it is told, with the options of our own bundles.
 * @returns its size in bytes
 */
export async function bundleBare(names: readonly string[], outfile: string): Promise<number> {
  const used = names.map(name => clients[name]);
  const contents = [
    ...used.map(client => client?.imports),
    'const uses = []; let readItem = async () => {}; let readSecret = async () => {};',
    ...used.map(client => client?.body),
    `export async function handler({ items, secrets }) {
      for (const key of items) await readItem(key);
      for (const id of secrets) await readSecret(id);
      return { statusCode: 200, body: String(uses.length) };
    }`,
  ].join('\n');
  const { metafile } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'js' },
    outfile,
    ...bundleOptions,
    metafile: true,
    logLevel: 'error',
  });
  return Object.values(metafile.outputs)[0]?.bytes ?? 0;
}
