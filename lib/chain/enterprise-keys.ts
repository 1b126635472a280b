import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { signingConditions } from '../../lambdas/platform/kernel/signing-key-policy.ts';
import type { Right } from '../functions/right.ts';
import { accountArn, enterpriseAlias, kmsArn, multiRegionRoleArn, multiRegionService, rolesArn } from '../names.ts';

/** Selects keys of the kind that the server creates. Root and Org keys have the same kind, but an alias. */
const ofOurKind = { 'kms:KeySpec': 'ECC_NIST_P256', 'kms:KeyUsage': 'SIGN_VERIFY' };
/**
 * KMS's lock-out check refuses a policy under which the caller could not call PutKeyPolicy. Our functions must not be able to: the
 * policy that they attach leaves it to the account, so that the key stays manageable (KMS API reference, CreateKey, "Policy").
 */
const bypassOfLockoutCheck = { 'kms:BypassPolicyLockoutSafetyCheck': 'true' };
/** docs/adr/0017-signing-keys-are-multi-region-primaries.md */
const multiRegion = { 'kms:MultiRegion': 'true' };
const withoutAlias = { 'ForAllValues:StringNotLike': { 'kms:ResourceAliases': 'alias/*' } };

/**
 * Returns the right to make the KMS key of an enterprise and its alias, and to retire one that lost the race for the alias. CreateKey has no
 * resource to name, and a key that was just made has neither a known ARN nor an alias: hence `*` and `key/*`, narrowed to keys of our
 * kind without an alias. It includes neither Sign nor PutKeyPolicy nor tags.
 */
export function rightToMakeEnterpriseKeys(scope: Construct, stage: string): Right {
  const anyKey = [kmsArn(scope, 'key/*')];
  const aliases = enterpriseAlias(stage, '*');
  return {
    statements: [
      new PolicyStatement({
        actions: ['kms:CreateKey'],
        resources: ['*'],
        conditions: { StringEquals: ofOurKind, Bool: { ...bypassOfLockoutCheck, ...multiRegion } },
      }),
      // KMS creates this role for the caller with the first multi-Region key of an account (KMS developer guide, multi-Region keys).
      new PolicyStatement({
        actions: ['iam:CreateServiceLinkedRole'],
        resources: [multiRegionRoleArn(scope)],
        conditions: { StringEquals: { 'iam:AWSServiceName': multiRegionService } },
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
      ENTERPRISE_KEY_ADMINS: accountArn(scope),
      ENTERPRISE_KEY_SIGNERS: rolesArn(scope, stage, 'signers'),
      ENTERPRISE_KEY_ROLES: rolesArn(scope, stage),
    },
    wildcards: [
      { resource: '*', reason: 'CreateKey has no resource; the conditions leave only asymmetric signing keys.' },
      {
        resource: finding(scope, 'key/*'),
        reason:
          'The key was just created; the conditions allow only signing keys without an alias, or requested by alias.',
      },
      {
        resource: finding(scope, aliases),
        reason: 'Enterprises are created at run time; no other alias can be created.',
      },
    ],
  };
}

/**
 * Returns the right to sign as any enterprise, in the one way in which we sign. Keys are created at run time, and an alias takes effect in
 * `kms:ResourceAliases` only minutes after it was made: a key without an alias passes, one with an alias of another kind does not. The
 * policy of the key decides: it lets in the path of this role, and only keys of enterprises do.
 */
export function rightToSignAsEnterprise(scope: Construct, stage: string): Right {
  return {
    statements: [
      new PolicyStatement({
        actions: ['kms:Sign'],
        resources: [kmsArn(scope, 'key/*')],
        conditions: {
          StringEquals: signingConditions,
          Bool: multiRegion,
          'ForAllValues:StringLike': { 'kms:ResourceAliases': enterpriseAlias(stage, '*') },
        },
      }),
    ],
    settings: {},
    wildcards: [
      {
        resource: finding(scope, 'key/*'),
        reason:
          'Enterprises are created at run time; only keys whose own policy allows the path of this role, none with another alias.',
      },
    ],
  };
}

/** Returns the right to disable the KMS key of an enterprise: keys with an alias of one, so neither a Root's nor an Org's. */
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
        reason: 'Enterprises are created at run time; only keys with the alias of an enterprise.',
      },
    ],
  };
}

/** Returns the right to read the public key of an enterprise by its alias: the alias of a request is effective at once, that of a key after minutes. */
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
        reason: 'Enterprises are created at run time; only keys requested by the alias of an enterprise.',
      },
    ],
  };
}

/** Returns an ARN of KMS as cdk-nag writes it. */
function finding(scope: Construct, resource: string): string {
  return `arn:aws:kms:${Stack.of(scope).region}:<AWS::AccountId>:${resource}`;
}
