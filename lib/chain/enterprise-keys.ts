import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Right } from '../functions/right.ts';
import { enterpriseAlias, kmsArn, roleArn } from '../names.ts';

/** Only keys of the kind that we make; Root and Org keys are of it too, but bear an alias. */
const ofOurKind = { 'kms:KeySpec': 'ECC_NIST_P256', 'kms:KeyUsage': 'SIGN_VERIFY' };
/**
 * KMS's lock-out check refuses a policy under which the caller could not call PutKeyPolicy. Our functions must not be able to: the
 * policy that they attach leaves it to the account, so that the key stays manageable (KMS API reference, CreateKey, "Policy").
 */
const bypassOfLockoutCheck = { 'kms:BypassPolicyLockoutSafetyCheck': 'true' };
const withoutAlias = { 'ForAllValues:StringNotLike': { 'kms:ResourceAliases': 'alias/*' } };

/**
 * The right to make the KMS key of an enterprise and its alias, and to retire one that lost the race for the alias. CreateKey has no
 * resource to name, and a key that was just made has neither a known ARN nor an alias: hence `*` and `key/*`, narrowed to keys of our
 * kind without an alias. It includes neither Sign nor PutKeyPolicy nor tags.
 * @param signers rows whose role may sign as an enterprise: they go into the policy of every key that is made
 */
export function rightToMakeEnterpriseKeys(scope: Construct, stage: string, signers: readonly string[]): Right {
  const anyKey = [kmsArn(scope, 'key/*')];
  const aliases = enterpriseAlias(stage, '*');
  return {
    statements: [
      new PolicyStatement({
        actions: ['kms:CreateKey'],
        resources: ['*'],
        conditions: { StringEquals: ofOurKind, Bool: bypassOfLockoutCheck },
      }),
      new PolicyStatement({ actions: ['kms:CreateAlias'], resources: [kmsArn(scope, aliases)] }),
      new PolicyStatement({
        actions: ['kms:CreateAlias'],
        resources: anyKey,
        conditions: { StringEquals: ofOurKind, ...withoutAlias },
      }),
      new PolicyStatement({
        actions: ['kms:ScheduleKeyDeletion'],
        resources: anyKey,
        conditions: { StringEquals: ofOurKind, ...withoutAlias },
      }),
      new PolicyStatement({
        actions: ['kms:DescribeKey'],
        resources: anyKey,
        conditions: { StringLike: { 'kms:RequestAlias': aliases } },
      }),
    ],
    settings: {
      STAGE: stage,
      ENTERPRISE_KEY_ADMINS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root`,
      ENTERPRISE_KEY_SIGNERS: signers.map(row => roleArn(scope, stage, row)).join(),
      ENTERPRISE_KEY_READERS: roleArn(scope, stage, 'certify'),
    },
    wildcards: [
      { resource: '*', reason: 'CreateKey has no resource; the conditions leave only asymmetric signing keys.' },
      {
        resource: finding(scope, 'key/*'),
        reason:
          'The key was made a moment ago; the conditions leave only signing keys without an alias, or asked for by alias.',
      },
      { resource: finding(scope, aliases), reason: 'Enterprises come at run time; no other alias can be made.' },
    ],
  };
}

/** The right to disable the KMS key of an enterprise: keys with an alias of one, so neither a Root's nor an Org's. */
export function rightToDisableEnterpriseKeys(scope: Construct, stage: string): Right {
  const ofAnEnterprise = { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': enterpriseAlias(stage, '*') } };
  return {
    statements: [
      new PolicyStatement({
        actions: ['kms:DisableKey'],
        resources: [kmsArn(scope, 'key/*')],
        conditions: ofAnEnterprise,
      }),
    ],
    settings: {},
    wildcards: [
      {
        resource: finding(scope, 'key/*'),
        reason: 'Enterprises come at run time; only keys that bear the alias of one.',
      },
    ],
  };
}

/** The right to read the public key of an enterprise, asked for by its alias: the request's alias counts at once, a key's only after minutes. */
export function rightToReadEnterpriseKeys(scope: Construct, stage: string): Right {
  const byAlias = { StringLike: { 'kms:RequestAlias': enterpriseAlias(stage, '*') } };
  return {
    statements: [
      new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [kmsArn(scope, 'key/*')], conditions: byAlias }),
    ],
    settings: { STAGE: stage },
    wildcards: [
      {
        resource: finding(scope, 'key/*'),
        reason: 'Enterprises come at run time; only keys asked for by the alias of one.',
      },
    ],
  };
}

/** An ARN of KMS as cdk-nag writes it. */
function finding(scope: Construct, resource: string): string {
  return `arn:aws:kms:${Stack.of(scope).region}:<AWS::AccountId>:${resource}`;
}
