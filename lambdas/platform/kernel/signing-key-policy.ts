/** Actions on a signing key for administrators of the account, and CloudFormation. They exclude every use of the key. */
export const managementActions = [
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
] as const;

/** Actions that change who may use a key, or copy it: denied to every role of the license server, whatever its IAM policy allows. */
const deniedToRoles = [
  'kms:CreateGrant',
  'kms:PutKeyPolicy',
  'kms:ReplicateKey',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdatePrimaryRegion',
];

/** Conditions of every signature (lambdas/platform/aws/kms-signing.ts): the message itself, never a digest that the caller computed. */
export const signingConditions = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' } as const;

export interface SigningKeyPrincipals {
  /** ARN of our account, `arn:aws:iam::<number>:root`: its IAM policies name the exact rights */
  readonly account: string;
  /** ARN pattern of the roles that may sign, by their path @default no role: a key that does not sign yet, or no more */
  readonly signers?: string;
  /** ARN pattern of all roles of the license server, by their path */
  readonly roles: string;
}

/** A statement of a key policy, as JSON. */
export interface KeyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Returns the statements of the policy of a signing key: Root, Org or enterprise. They name no role: KMS would store its unique id, and a
 * role that is created again has another one (docs/adr/0016-signing-rights-by-role-path.md).
 */
export function signingKeyStatements({ account, signers, roles }: SigningKeyPrincipals): KeyStatement[] {
  const manage: KeyStatement = {
    Sid: 'Manage',
    Effect: 'Allow',
    Principal: { AWS: account },
    Action: [...managementActions, 'kms:ReplicateKey'],
    Resource: '*',
  };
  const never: KeyStatement = {
    Sid: 'NeverByTheServer',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: deniedToRoles,
    Resource: '*',
    Condition: { ArnLike: { 'aws:PrincipalArn': roles } },
  };
  if (signers === undefined) return [manage, never];
  const sign: KeyStatement = {
    Sid: 'Sign',
    Effect: 'Allow',
    Principal: { AWS: account },
    Action: 'kms:Sign',
    Resource: '*',
    Condition: { StringEquals: signingConditions, ArnLike: { 'aws:PrincipalArn': signers } },
  };
  return [manage, never, sign];
}
