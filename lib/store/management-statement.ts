import { Aws } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** What administrators of the account, and CloudFormation for them, may do with a key of ours. Not among it: to use it. */
const managementActions = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:GetPublicKey',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** Lets the account manage a key: whom exactly, its own IAM policies say. None of our functions' roles has these actions. */
export function managementStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Manage',
    principals: [new AccountPrincipal(Aws.ACCOUNT_ID)],
    actions: managementActions,
    resources: ['*'],
  });
}
