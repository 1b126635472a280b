import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueueName } from '../../domain/kernel/dead-letter-queue.ts';

/** Consumer of the table's stream, as Lambda reports it. */
export interface StreamConsumer {
  readonly state: string;
  readonly lastResult: string;
}

/** Rotation state of a secret. */
export interface RotatingSecret {
  readonly rotates: boolean;
  readonly lastRotated: Date | undefined;
  /** Labels of each version. */
  readonly stages: readonly (readonly string[])[];
}

/** Read access to a stage by AWS credentials, and the right to invoke a schedule. */
export interface StageAccess {
  /** Returns the environment variables of a row's function. @throws ResourceNotFoundException */
  settingsOf(row: string): Promise<Readonly<Record<string, string>>>;
  /** Returns the stream consumer of a row; undefined where the function has no event source mapping. */
  streamConsumer(row: string): Promise<StreamConsumer | undefined>;
  /** Returns the number of records in the dead-letter queue. */
  countDeadLetters(): Promise<number>;
  /** Describes the KMS key behind the alias of an enterprise. */
  enterpriseKey(enterprise: string): Promise<{ readonly enabled: boolean; readonly kind: string }>;
  secret(id: string): Promise<RotatingSecret>;
  /** Invokes the function of a schedule, as the schedule does. @returns its error, if any */
  start(row: string): Promise<string | undefined>;
}

export function openStage(stage: string): StageAccess {
  const lambda = new LambdaClient({});
  const kms = new KMSClient({});
  const secrets = new SecretsManagerClient({});
  const queues = new SQSClient({ useQueueUrlAsEndpoint: false });
  const nameOf = (row: string) => `license-server-${stage}-${row}`;
  return {
    async settingsOf(row) {
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: nameOf(row) }));
      return Environment?.Variables ?? {};
    },
    async streamConsumer(row) {
      const { EventSourceMappings: [mapping] = [] } = await lambda.send(
        new ListEventSourceMappingsCommand({ FunctionName: nameOf(row) }),
      );
      return mapping && { state: mapping.State ?? '', lastResult: mapping.LastProcessingResult ?? '' };
    },
    async countDeadLetters() {
      const { QueueUrl } = await queues.send(new GetQueueUrlCommand({ QueueName: deadLetterQueueName(stage) }));
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Number(Attributes?.ApproximateNumberOfMessages);
    },
    async enterpriseKey(enterprise) {
      const KeyId = `alias/license-server/${stage}/enterprise/${enterprise}`;
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      return {
        enabled: KeyMetadata?.Enabled ?? false,
        kind: `${KeyMetadata?.KeySpec} ${KeyMetadata?.KeyUsage}`,
      };
    },
    async secret(id) {
      const described = await secrets.send(new DescribeSecretCommand({ SecretId: id }));
      return {
        rotates: described.RotationEnabled ?? false,
        lastRotated: described.LastRotatedDate,
        stages: Object.values(described.VersionIdsToStages ?? {}),
      };
    },
    async start(row) {
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: nameOf(row) }));
      return FunctionError === undefined ? undefined : Payload?.transformToString();
    },
  };
}
