import type { Family, Grants, ObjectKind } from '../../lambdas/platform/kernel/grants.ts';
import type { Rows } from '../../lib/license-server.ts';
import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';
import { line, rolesOf } from './support/policies.ts';
import { grantsOf, rowPath } from './support/row-paths.ts';

// bars.md R22, first half: the template says what the rows say, and nothing else.
const stage = 'prod';
const roles = rolesOf(deploy(stages[stage]));
const rolesOfEveryGrant = rolesOf(deploy(stages[stage], everyGrant));

const table = '<store/Ledger/Table.Arn>';
const anyKey = 'arn:aws:kms:eu-central-1:<AWS::AccountId>:key/*';
const bucket = 'arn:aws:s3:::license-server-prod-exports-<AWS::AccountId>-eu-central-1';
const aliases = `alias/license-server/${stage}/enterprise/*`;
const ofOurKind = ['StringEquals kms:KeySpec ECC_NIST_P256', 'StringEquals kms:KeyUsage SIGN_VERIFY'];
const ofThisWay = ['StringEquals kms:MessageType RAW', 'StringEquals kms:SigningAlgorithm ECDSA_SHA_256'];
const noOtherAlias = `ForAllValues:StringLike kms:ResourceAliases ${aliases}`;
const multiRegionRole =
  'arn:aws:iam::<AWS::AccountId>:role/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys';
const withoutAlias = 'ForAllValues:StringNotLike kms:ResourceAliases alias/*';

/** What a row's grants mean in IAM, written a second time. */
function expected(row: string, grants: Grants, made: Rows): string[] {
  const { table: actions = {}, queriesExpiry } = grants;
  const { makesEnterpriseKeys, disablesEnterpriseKeys, readsEnterpriseKeys, signsAsEnterprise, signsAs } = grants;
  const org = '<trust/Chain/Org-hub.Arn>';
  const root = '<trust/Chain/Root.Arn>';
  const { publishes = [], sendsToDeadLetters, countsDeadLetters, readsObjects = [], writesObjects = [] } = grants;
  const { invokes = [], readsSecrets = [], writesSecrets = [] } = grants;
  const secrets = (action: string, kinds: readonly string[]) =>
    kinds.flatMap(kind => stages[stage].orgs.map(org => `${action} on <store/Secrets/${kind}-${org}>`));
  return [
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => `${action} on <${rowPath(row, made)}/Log.Arn>`),
    ...Object.entries(actions).map(([action, families]) => onTable(action, families)),
    ...(queriesExpiry
      ? [`dynamodb:Query on ${table}/index/expiry${ifs(['ForAllValues:StringLike dynamodb:LeadingKeys X#*'])}`]
      : []),
    ...publishes.map(topic => `sns:Publish on <store/Notices/${topic}>`),
    ...(sendsToDeadLetters ? ['sqs:SendMessage on <store/Aside/Queue.Arn>'] : []),
    ...(countsDeadLetters ? ['sqs:GetQueueAttributes on <store/Aside/Queue.Arn>'] : []),
    ...onObjects('s3:GetObject', readsObjects),
    ...(readsObjects.length > 0
      ? [`s3:ListBucket on ${bucket}${ifs(readsObjects.map(kind => `StringLikeIfExists s3:prefix ${kind}/*`).sort())}`]
      : []),
    ...onObjects('s3:PutObject', writesObjects),
    ...(signsAs === 'org' ? [`kms:Sign on ${org}${ifs(ofThisWay)}`, `kms:GetPublicKey on ${org}`] : []),
    ...(signsAs === 'root'
      ? [`kms:Sign on ${root}${ifs(ofThisWay)}`, ...[root, org].map(key => `kms:GetPublicKey on ${key}`)]
      : []),
    ...(signsAsEnterprise
      ? [`kms:Sign on ${anyKey}${ifs(['Bool kms:MultiRegion true', noOtherAlias, ...ofThisWay])}`]
      : []),
    ...(makesEnterpriseKeys
      ? [
          `kms:CreateKey on *${ifs([
            'Bool kms:BypassPolicyLockoutSafetyCheck true',
            'Bool kms:MultiRegion true',
            ...ofOurKind,
          ])}`,
          `iam:CreateServiceLinkedRole on ${multiRegionRole}${ifs(['StringEquals iam:AWSServiceName mrk.kms.amazonaws.com'])}`,
          `kms:CreateAlias on arn:aws:kms:eu-central-1:<AWS::AccountId>:${aliases}`,
          `kms:CreateAlias on ${anyKey}${ifs([withoutAlias, ...ofOurKind])}`,
          `kms:ScheduleKeyDeletion on ${anyKey}${ifs([withoutAlias, ...ofOurKind])}`,
          `kms:DescribeKey on ${anyKey}${ifs([`StringLike kms:RequestAlias ${aliases}`])}`,
        ]
      : []),
    ...(disablesEnterpriseKeys
      ? [`kms:DisableKey on ${anyKey}${ifs([`ForAnyValue:StringLike kms:ResourceAliases ${aliases}`])}`]
      : []),
    ...(readsEnterpriseKeys ? [`kms:GetPublicKey on ${anyKey}${ifs([`StringLike kms:RequestAlias ${aliases}`])}`] : []),
    ...invokes.map(name => `lambda:InvokeFunction on <trust/Chain/${name}/Function.Arn>`),
    ...secrets('secretsmanager:GetSecretValue', readsSecrets),
    ...secrets('secretsmanager:PutSecretValue', writesSecrets),
    ...(row in made.streams
      ? [
          ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
            action => `dynamodb:${action} on <store/Ledger/Table.StreamArn>`,
          ),
          'dynamodb:ListStreams on *',
        ]
      : []),
  ].sort();
}

function onObjects(action: string, kinds: readonly ObjectKind[]): string[] {
  return kinds.map(kind => `${action} on ${bucket}/${kind}/*`);
}

function onTable(action: string, families: readonly Family[]): string {
  return `dynamodb:${action} on ${table}${ifs(families.map(family => `ForAllValues:StringLike dynamodb:LeadingKeys ${family}#*`).sort())}`;
}

function ifs(conditions: readonly string[]): string {
  return conditions.map(condition => ` if ${condition}`).join('');
}

function permissionsOf(row: string, among = roles): string[] {
  const role = among.find(({ name }) => name === `license-server-${stage}-${row}`);
  return (role?.permissions ?? []).map(line).sort();
}

test.each(grantsOf(rows))('%s may do what its row says, and nothing else', (row, grants) => {
  expect(permissionsOf(row)).toEqual(expected(row, grants, rows));
});

test.each(grantsOf(everyGrant).filter(([row]) => !grantsOf(rows).some(([known]) => known === row)))(
  'any grant means exactly itself: %s',
  (row, grants) => {
    expect(permissionsOf(row, rolesOfEveryGrant)).toEqual(expected(row, grants, everyGrant));
  },
);

test('a schedule starts its one function, and the set-up calls its one', () => {
  const lines = (path: string) =>
    roles
      .find(({ role }) => role.path === path)
      ?.permissions.map(line)
      .sort();
  for (const row of Object.keys(rows.schedules)) {
    const target = `lambda:InvokeFunction on <work/Scheduled/${row}/Function.Arn>`;
    expect(lines(`work/Schedules/${row}-role`)).toEqual([
      target,
      'sqs:SendMessage on <work/Schedules/Undelivered.Arn>',
    ]);
  }
  for (const [id, row] of [
    ['SetUpTrust', 'set-up-trust'],
    ['SetUpOrg', 'set-up-org'],
  ]) {
    const log = ['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => `${action} on <trust/Chain/${id}/Log.Arn>`);
    const calls = ['lambda:GetFunction', 'lambda:InvokeFunction'].map(
      action => `${action} on <trust/Chain/${row}/Function.Arn>`,
    );
    expect(lines(`trust/Chain/${id}/Role`)).toEqual([...calls, ...log]);
  }
});
