import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Topic } from '../lambdas/grants.ts';

/** The name of a row's function and of its role, the same in the console, the log and the policies of keys. */
export function functionName(stage: string, id: string): string {
  return `license-server-${stage}-${id}`;
}

/**
 * The role of a row, by name. The policies of enterprise keys are written at run time and outlive deployments, so a role must keep
 * its ARN, and it may be named before the stack that makes it.
 */
export function roleArn(scope: Construct, stage: string, id: string): string {
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    account: Aws.ACCOUNT_ID,
    resource: 'role',
    resourceName: functionName(stage, id),
  });
}

/** Alias of the KMS key of an enterprise; `*` for all of a stage. Must be what lambdas/adapters/enterprise-alias.ts says. */
export function enterpriseAlias(stage: string, enterprise: string): string {
  return `alias/license-server/${stage}/enterprise/${enterprise}`;
}

/** The name of a topic that people and programs subscribe to. */
export function topicName(stage: string, topic: Topic): string {
  return `license-server-${stage}-${topic}`;
}

/** The queue of what was set aside; `license-server redrive` finds it by this name. */
export function asideQueueName(stage: string): string {
  return `license-server-${stage}-aside`;
}

/** Names of buckets are unique in the whole of AWS. @param account its number, or what stands for it */
export function exportsBucketName(account: string, stage: string, region: string): string {
  return `license-server-${stage}-exports-${account}-${region}`;
}

/** ARN of the bucket of exports, in the stack's account and region. */
export function exportsBucketArn(scope: Construct, stage: string): string {
  const resource = exportsBucketName(Aws.ACCOUNT_ID, stage, Stack.of(scope).region);
  return Stack.of(scope).formatArn({
    service: 's3',
    region: '',
    account: '',
    resource,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
}

/** Prefix of the names of secrets. */
export function secretPrefix(stage: string): string {
  return `license-server/${stage}`;
}

/** ARN of something of AWS KMS in the stack's account and region, such as `key/*` or an alias. */
export function kmsArn(scope: Construct, resource: string): string {
  return Stack.of(scope).formatArn({
    service: 'kms',
    account: Aws.ACCOUNT_ID,
    resource,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
}
