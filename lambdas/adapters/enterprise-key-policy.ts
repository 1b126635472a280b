import { setting } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Who may do what with an enterprise's key, fixed when it is made: by principal ARN, since tags would take minutes to authorise.
 * The account's administrators can retire it but not sign with it.
 */
export function enterpriseKeyPolicy(runtime: Runtime): string {
  const principals = (name: 'ENTERPRISE_KEY_ADMINS' | 'ENTERPRISE_KEY_SIGNERS' | 'ENTERPRISE_KEY_READERS') => ({
    AWS: setting(runtime, name).split(','),
  });
  const admin = [
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:PutKeyPolicy',
    'kms:GetPublicKey',
    'kms:EnableKey',
    'kms:DisableKey',
    'kms:ScheduleKeyDeletion',
    'kms:CancelKeyDeletion',
    'kms:CreateAlias',
    'kms:DeleteAlias',
    'kms:UpdateAlias',
    'kms:ListResourceTags',
  ];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Admin', Effect: 'Allow', Principal: principals('ENTERPRISE_KEY_ADMINS'), Action: admin, Resource: '*' },
      {
        Sid: 'SignKeys',
        Effect: 'Allow',
        Principal: principals('ENTERPRISE_KEY_SIGNERS'),
        Action: 'kms:Sign',
        Resource: '*',
        Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' } },
      },
      {
        Sid: 'CertifyKey',
        Effect: 'Allow',
        Principal: principals('ENTERPRISE_KEY_READERS'),
        Action: 'kms:GetPublicKey',
        Resource: '*',
      },
    ],
  });
}
