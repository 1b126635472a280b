import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { localAccount, localArn } from '../../../local/aws/account.ts';
import type { KmsEmulator } from '../../../local/aws/kms.ts';
import type { KmsKey } from '../../../local/aws/kms-store.ts';
import type { DeployedPolicies } from './deployed-policies.ts';
import type { IamRequest, PolicyJson } from './iam-evaluator.ts';
import type { AwsCall } from './meter.ts';

export interface KmsFacts {
  readonly env: Runtime['env'];
  readonly kms: KmsEmulator;
  readonly deployed: DeployedPolicies;
}

const ofCaller = { 'kms:CallerAccount': localAccount.accountId };

/** Returns what KMS authorizes for one recorded call. A key of the stack has the ARN of the deployment, an enterprise's has its own. */
export function kmsRequests(command: string, input: AwsCall['input'], facts: KmsFacts): IamRequest[] {
  if (command === 'CreateKey') return creation(input);
  const alias = String(input.AliasName ?? '');
  const key = keyOf(String(input.KeyId ?? input.TargetKeyId), facts);
  const request = (extra: IamRequest['context'], aliases: readonly string[]): IamRequest => ({
    action: `kms:${command}`,
    resource: resourceOf(key, facts),
    context: {
      ...ofCaller,
      'kms:KeySpec': key.spec,
      'kms:KeyUsage': 'SIGN_VERIFY',
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:MultiRegion': String(key.keyId.startsWith('mrk-')),
      ...(aliases.length > 0 && { 'kms:ResourceAliases': aliases }),
      ...(String(input.KeyId).startsWith('alias/') && { 'kms:RequestAlias': String(input.KeyId) }),
      ...extra,
    },
  });
  const known = [...facts.kms.aliases.values()].filter(({ keyId }) => keyId === key.keyId).map(({ name }) => name);
  switch (command) {
    case 'CreateAlias':
      // Two resources; the key has no alias before.
      return [{ action: 'kms:CreateAlias', resource: localArn('kms', alias), context: ofCaller }, request({}, [])];
    case 'ScheduleKeyDeletion':
      return [request({ 'kms:ScheduleKeyDeletionPendingWindowInDays': String(input.PendingWindowInDays) }, [])];
    case 'Sign': {
      const way = {
        'kms:SigningAlgorithm': String(input.SigningAlgorithm),
        'kms:MessageType': String(input.MessageType),
      };
      // An alias counts minutes after it was created: both must be allowed.
      return [request(way, []), request(way, known)];
    }
    case 'DescribeKey':
    case 'GetPublicKey':
    case 'DisableKey':
      return [request({}, known)];
    default:
      throw new Error(`Nothing is known of what ${command} needs: add it here.`);
  }
}

/** Returns the policy that CreateKey gave to every key of an enterprise. @throws Error when there were several, or none */
export function policyOfCreatedKeys(calls: readonly AwsCall[]): PolicyJson {
  const texts = calls.filter(({ command }) => command === 'CreateKeyCommand').map(({ input }) => String(input.Policy));
  const [only, ...others] = new Set(texts);
  if (!only || others.length > 0) throw new Error('Enterprise keys were created with several policies, or with none.');
  return JSON.parse(only);
}

function creation(input: AwsCall['input']): IamRequest[] {
  const isMultiRegion = input.MultiRegion === true;
  const create = {
    action: 'kms:CreateKey',
    resource: '*',
    context: {
      ...ofCaller,
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck === true),
      'kms:KeySpec': String(input.KeySpec),
      'kms:KeyUsage': String(input.KeyUsage),
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:MultiRegion': String(isMultiRegion),
    },
  };
  const service = 'mrk.kms.amazonaws.com';
  const role = `role/aws-service-role/${service}/AWSServiceRoleForKeyManagementServiceMultiRegionKeys`;
  const link = {
    action: 'iam:CreateServiceLinkedRole',
    resource: localArn('iam', role),
    context: { 'iam:AWSServiceName': service },
  };
  return isMultiRegion ? [create, link] : [create];
}

function keyOf(reference: string, { kms }: KmsFacts): Pick<KmsKey, 'keyId' | 'spec'> {
  const alias = kms.aliases.get(reference);
  const key = kms.keys.get(alias?.keyId ?? reference.split('/').at(-1) ?? '');
  // The key that lost a race is deleted after a week; it was an enterprise's, hence of this kind.
  return key ?? { keyId: reference.split('/').at(-1) ?? '', spec: 'ECC_NIST_P256' };
}

function resourceOf({ keyId }: Pick<KmsKey, 'keyId'>, { env, deployed }: KmsFacts): string {
  const arn = localArn('kms', `key/${keyId}`);
  const isOf = (ring: unknown) => JSON.stringify(ring ?? {}).includes(JSON.stringify(arn));
  if (isOf(JSON.parse(env.ROOT_KEY_IDS ?? '{}'))) return deployed.arnOf('trust/Chain/Root');
  const orgs: [string, unknown][] = Object.entries(JSON.parse(env.ORG_KEY_IDS ?? '{}'));
  const org = orgs.find(([, ring]) => isOf(ring))?.[0];
  return org ? deployed.arnOf(`trust/Chain/Org-${org}`) : arn;
}
