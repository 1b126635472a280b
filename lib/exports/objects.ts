import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ObjectKind } from '../../lambdas/platform/kernel/grants.ts';
import type { Wildcard } from '../functions/right.ts';
import { exportsBucketArn, exportsBucketName } from '../names.ts';

/** Returns all objects of these kinds, as resources of a policy, and the reason of their wildcards. */
export function objects(
  scope: Construct,
  stage: string,
  kinds: readonly ObjectKind[],
): { readonly resources: readonly string[]; readonly wildcards: readonly Wildcard[] } {
  const bucket = exportsBucketName('<AWS::AccountId>', stage, Stack.of(scope).region);
  return {
    resources: kinds.map(kind => `${exportsBucketArn(scope, stage)}/${everythingOf(kind)}`),
    wildcards: kinds.map(kind => ({
      resource: `arn:aws:s3:::${bucket}/${everythingOf(kind)}`,
      reason: 'Objects are created at run time; the first segment of their keys is their kind.',
    })),
  };
}

/**
 * Returns the statement that allows listing the bucket within these kinds.
 * @param when StringLikeIfExists also allows the check of S3 whether an object exists, which has no prefix; but then also a listing
 *   without a prefix
 */
export function listing(
  scope: Construct,
  stage: string,
  kinds: readonly ObjectKind[],
  when: 'StringLike' | 'StringLikeIfExists',
): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [exportsBucketArn(scope, stage)],
    conditions: { [when]: { 's3:prefix': kinds.map(everythingOf) } },
  });
}

/** Returns the pattern of all objects of a kind; must match lambdas/platform/aws/objects.ts. */
function everythingOf(kind: ObjectKind): string {
  return `${kind}/*`;
}
