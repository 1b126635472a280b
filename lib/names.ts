import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Topic } from '../lambdas/platform/kernel/grants.ts';
import type { RoleKind } from './functions/role-kind.ts';

/** Returns the name of a row's function and of its role, the same in the console and the log. */
export function functionName(stage: string, id: string): string {
  return `license-server-${stage}-${id}`;
}

/** Returns the path of the roles of one kind. The policies of signing keys match roles by it (`lib/functions/role-kind.ts`). */
export function rolePath(stage: string, kind: RoleKind): string {
  return `/license-server/${stage}/${kind}/`;
}

/** Returns the ARN pattern of the roles of one kind, or of all kinds, in the stack's account. */
export function rolesArn(scope: Construct, stage: string, kind?: RoleKind): string {
  const resourceName = `license-server/${stage}/${kind ? `${kind}/` : ''}*`;
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    account: Aws.ACCOUNT_ID,
    resource: 'role',
    resourceName,
  });
}

/** Returns the ARN of the account as a principal of policies; its IAM policies decide which of its principals. */
export function accountArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    account: Aws.ACCOUNT_ID,
    resource: 'root',
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
}

/** Alias of the KMS key of an enterprise; `*` for all of a stage. Must match lambdas/platform/trust/enterprise-alias.ts. */
export function enterpriseAlias(stage: string, enterprise: string): string {
  return `alias/license-server/${stage}/enterprise/${enterprise}`;
}

/** The service that keeps multi-Region keys of AWS KMS in step, and the role that it takes for that. */
export const multiRegionService = 'mrk.kms.amazonaws.com';

export function multiRegionRoleArn(scope: Construct): string {
  const resourceName = `aws-service-role/${multiRegionService}/AWSServiceRoleForKeyManagementServiceMultiRegionKeys`;
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    account: Aws.ACCOUNT_ID,
    resource: 'role',
    resourceName,
  });
}

/** Returns the name of a topic that people and programs subscribe to. */
export function topicName(stage: string, topic: Topic): string {
  return `license-server-${stage}-${topic}`;
}

/** Returns the name of the exports bucket, which must be unique in all of AWS. @param account its number, or a placeholder of it */
export function exportsBucketName(account: string, stage: string, region: string): string {
  return `license-server-${stage}-exports-${account}-${region}`;
}

/** Returns the ARN of the bucket of exports, in the stack's account and region. */
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

/** Returns the prefix of the names of secrets. */
export function secretPrefix(stage: string): string {
  return `license-server/${stage}`;
}

/** Returns the ARN of something of AWS KMS in the stack's account and region, such as `key/*` or an alias. */
export function kmsArn(scope: Construct, resource: string): string {
  return Stack.of(scope).formatArn({
    service: 'kms',
    account: Aws.ACCOUNT_ID,
    resource,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
}
