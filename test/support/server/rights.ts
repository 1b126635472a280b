import type { Grants } from '../../../lambdas/platform/kernel/grants.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import type { AwsCall } from '../aws/meter.ts';
import { partsOf } from '../aws/write-units.ts';

/** What a row of the tables permits, one line for each thing that can be asked of AWS: `table GetItem E`, `kms Sign org`. */
export function rightsOf(grants: Grants): Set<string> {
  const table = Object.entries(grants.table ?? {}).flatMap(([action, families]) =>
    families.map(family => `table ${action} ${family}`),
  );
  return new Set([
    ...table,
    ...(grants.queriesExpiry ? ['table Query expiry'] : []),
    ...(grants.publishes ?? []).map(topic => `sns Publish ${topic}`),
    ...(grants.sendsToDeadLetters ? ['sqs SendMessage dead-letters'] : []),
    ...(grants.countsDeadLetters ? ['sqs GetQueueAttributes dead-letters'] : []),
    ...(grants.readsObjects ?? []).map(kind => `s3 GetObject ${kind}`),
    ...(grants.writesObjects ?? []).map(kind => `s3 PutObject ${kind}`),
    ...(grants.signsAsEnterprise ? ['kms Sign enterprise'] : []),
    ...(grants.makesEnterpriseKeys
      ? ['CreateKey', 'CreateAlias', 'DescribeKey', 'ScheduleKeyDeletion'].map(action => `kms ${action} enterprise`)
      : []),
    ...(grants.disablesEnterpriseKeys ? ['kms DisableKey enterprise'] : []),
    ...(grants.readsEnterpriseKeys ? ['kms GetPublicKey enterprise'] : []),
    ...(grants.signsAs === 'org' ? ['kms Sign org', 'kms GetPublicKey org'] : []),
    ...(grants.signsAs === 'root' ? ['kms Sign root', 'kms GetPublicKey root', 'kms GetPublicKey org'] : []),
    ...(grants.invokes ?? []).map(name => `lambda Invoke ${name}`),
    ...(grants.readsSecrets ?? []).map(kind => `secret Get ${kind}`),
    ...(grants.writesSecrets ?? []).map(kind => `secret Put ${kind}`),
  ]);
}

/** What a call has asked for, in the same words; a transaction needs the actions of its parts. */
export function rightsUsedBy({ command, input }: AwsCall, env: Runtime['env']): string[] {
  const name = command.replace(/Command$/, '');
  if (name === 'TransactWriteItems')
    return partsOf(input).map(part => {
      if (part.Put) return `table PutItem ${familyOf(part.Put.Item)}`;
      if (part.ConditionCheck) return `table ConditionCheckItem ${familyOf(part.ConditionCheck.Key)}`;
      return part.Delete
        ? `table DeleteItem ${familyOf(part.Delete.Key)}`
        : `table UpdateItem ${familyOf(part.Update?.Key)}`;
    });
  if (name === 'Query' && input.IndexName === 'expiry') return ['table Query expiry'];
  if (name === 'Query') return [`table Query ${familyOf({ pk: Object(input.ExpressionAttributeValues)[':pk'] })}`];
  if (name === 'PutItem') return [`table PutItem ${familyOf(input.Item)}`];
  if (name === 'Publish') return [`sns Publish ${String(input.TopicArn).split('-').at(-1)}`];
  if (name === 'SendMessage' || name === 'GetQueueAttributes') return [`sqs ${name} dead-letters`];
  if (name === 'GetObject' || name === 'PutObject') return [`s3 ${name} ${String(input.Key).split('/')[0]}`];
  if (name === 'GetItem' || name === 'UpdateItem' || name === 'DeleteItem')
    return [`table ${name} ${familyOf(input.Key)}`];
  if (name === 'Invoke') return [`lambda Invoke ${input.FunctionName}`];
  if (name === 'GetSecretValue') return [`secret Get ${secretKind(input.SecretId)}`];
  if (name === 'PutSecretValue') return [`secret Put ${secretKind(input.SecretId)}`];
  return [`kms ${name} ${levelOf(String(input.KeyId ?? ''), env)}`];
}

/** The first letter of the partition key (lambdas/platform/kernel/grants.ts). */
function familyOf(key: unknown): string {
  return String(Object(key).pk).charAt(0);
}

function secretKind(id: unknown): string {
  return String(id).split('/').at(-2) ?? '';
}

function levelOf(keyId: string, env: Runtime['env']): string {
  const isMember = (ring: unknown) => JSON.stringify(ring).includes(JSON.stringify(keyId));
  if (isMember(JSON.parse(env.ROOT_KEY_IDS ?? '{}'))) return 'root';
  return isMember(JSON.parse(env.ORG_KEY_IDS ?? '{}')) ? 'org' : 'enterprise';
}
