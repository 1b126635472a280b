import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import { roleKindOf } from '../../lib/functions/role-kind.ts';
import { stages } from '../../lib/stages.ts';
import { deploy } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';
import { line, rolesOf } from './support/policies.ts';
import { grantsOf, rowPath } from './support/row-paths.ts';

// bars.md R22, first half: what no role may do, whatever the rows say.
const made = everyGrant;
const everyRow = grantsOf(made);
const financePrincipals = ['arn:aws:iam::111122223333:role/accounting'];
const deployment = deploy({ ...stages.prod, financePrincipals }, made);
const roles = rolesOf(deployment);
const rolesThat = (grant: (grants: Grants) => unknown) =>
  everyRow.filter(([, grants]) => grant(grants)).map(([row]) => `${rowPath(row, made)}/Role`);
const finance = 'store/Exports/Finance';
const anyKey = 'arn:aws:kms:eu-central-1:<AWS::AccountId>:key/*';
const bucket = 'arn:aws:s3:::license-server-prod-exports-<AWS::AccountId>-eu-central-1';
const anyAlias = 'arn:aws:kms:eu-central-1:<AWS::AccountId>:alias/license-server/prod/enterprise/*';

test('there is no other role than those of rows, of the schedules, of the set-up, of access logging and of finance', () => {
  const ofRows = rolesThat(() => true);
  const ofSchedules = Object.keys(made.schedules).map(row => `work/Schedules/${row}-role`);
  const others = ['trust/Chain/SetUpTrust/Role', 'trust/Chain/SetUpOrg/Role', 'api/Api/AccessLogging/Role', finance];
  expect(roles.map(({ role }) => role.path).sort()).toEqual([...ofRows, ...ofSchedules, ...others].sort());
});

test('roles have no policies but their own', () => {
  const types = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
  expect(types.flatMap(type => deployment.all(type))).toEqual([]);
  expect(roles.filter(({ managedPolicies }) => managedPolicies.length > 0).map(({ role }) => role.path)).toEqual([
    'api/Api/AccessLogging/Role',
  ]);
});

test('no action has a wildcard', () => {
  const actions = roles.flatMap(({ permissions }) => permissions.map(({ action }) => action));
  expect(actions.filter(action => action.includes('*'))).toEqual([]);
});

test('no resource has a wildcard but KMS keys and exports that are made at run time', () => {
  const wild = roles.flatMap(({ role, permissions }) =>
    permissions
      .filter(({ resource }) => resource.includes('*'))
      .map(({ action, resource }) => `${role.path}: ${action} on ${resource}`),
  );
  const makers = rolesThat(({ makesEnterpriseKeys }) => makesEnterpriseKeys);
  const disablers = rolesThat(({ disablesEnterpriseKeys }) => disablesEnterpriseKeys);
  const onObjects = everyRow.flatMap(([row, { readsObjects = [], writesObjects = [] }]) => [
    ...readsObjects.map(kind => `${rowPath(row, made)}/Role: s3:GetObject on ${bucket}/${kind}/*`),
    ...writesObjects.map(kind => `${rowPath(row, made)}/Role: s3:PutObject on ${bucket}/${kind}/*`),
  ]);
  expect(wild.sort()).toEqual(
    [
      // The policy of each key lets in the path of these roles, and only keys of enterprises do.
      ...rolesThat(({ signsAsEnterprise }) => signsAsEnterprise).map(role => `${role}: kms:Sign on ${anyKey}`),
      ...disablers.map(role => `${role}: kms:DisableKey on ${anyKey}`),
      ...makers.flatMap(role => [
        // CreateKey has no resource (AWS service authorization reference).
        `${role}: kms:CreateKey on *`,
        // A key is given its alias, or retired, right after its creation, when its ARN is new.
        `${role}: kms:CreateAlias on ${anyAlias}`,
        `${role}: kms:CreateAlias on ${anyKey}`,
        `${role}: kms:ScheduleKeyDeletion on ${anyKey}`,
        `${role}: kms:DescribeKey on ${anyKey}`,
      ]),
      // ListStreams has no resource either.
      ...Object.keys(made.streams).map(row => `${rowPath(row, made)}/Role: dynamodb:ListStreams on *`),
      // Keys of enterprises come at run time; they are asked for by alias.
      `trust/Chain/certify/Role: kms:GetPublicKey on ${anyKey}`,
      // Objects come at run time too; the first segment of a key is its kind.
      ...onObjects,
      `${finance}: s3:GetObject on ${bucket}/statements/*`,
    ].sort(),
  );
});

test('only the audit writer puts audit events, and none changes one', () => {
  const writes = [
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:PartiQLInsert',
    'dynamodb:PartiQLUpdate',
  ];
  const writers = roles.flatMap(({ role, permissions }) =>
    permissions
      .filter(({ action, conditions }) => writes.includes(action) && !sparesAudit(conditions))
      .map(({ action }) => `${role.path} ${action}`),
  );
  expect(writers).toEqual(['work/Streamed/write-audit/Role dynamodb:PutItem']);
});

/** Whether the condition names families of items, and audit events are none of them. */
function sparesAudit(conditions: readonly string[]): boolean {
  const keys = conditions.filter(condition => condition.includes('dynamodb:LeadingKeys'));
  return keys.length > 0 && keys.every(key => /^ForAllValues:StringLike dynamodb:LeadingKeys [B-Z]#\*$/.test(key));
}

test.each([
  ['sns:', 'publish notices', rolesThat(({ publishes }) => publishes)],
  ['s3:Put', 'put exports', rolesThat(({ writesObjects }) => writesObjects)],
  ['s3:Get', 'read exports', [...rolesThat(({ readsObjects }) => readsObjects), finance]],
])('%s…: only rows that say so, and finance, %s', (action, _, expected) => {
  const allowed = roles.filter(({ permissions }) =>
    permissions.some(permission => permission.action.startsWith(action)),
  );
  expect(allowed.map(({ role }) => role.path).sort()).toEqual(expected.sort());
});

test('only consumers whose rows say so send dead letters, and no function removes one', () => {
  const onQueue = roles.flatMap(({ role, permissions }) =>
    permissions
      .filter(({ action, resource }) => action.startsWith('sqs:') && resource.startsWith('<store/Aside/'))
      .map(({ action }) => `${role.path} ${action}`),
  );
  expect(onQueue.sort()).toEqual(
    [
      ...rolesThat(({ sendsToDeadLetters }) => sendsToDeadLetters).map(role => `${role} sqs:SendMessage`),
      ...rolesThat(({ countsDeadLetters }) => countsDeadLetters).map(role => `${role} sqs:GetQueueAttributes`),
    ].sort(),
  );
});

test('no function deletes an export or sets how long one is locked', () => {
  const s3 = roles.flatMap(({ permissions }) => permissions.filter(({ action }) => action.startsWith('s3:')));
  expect([...new Set(s3.map(({ action }) => action))].sort()).toEqual([
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
  ]);
});

test('no function tags a key, changes its policy or delegates it', () => {
  const forbidden =
    /^kms:(TagResource|UntagResource|PutKeyPolicy|CreateGrant|RetireGrant|UpdateAlias|DeleteAlias|ReplicateKey|UpdatePrimaryRegion|Import)/;
  expect(
    roles.flatMap(({ permissions }) => permissions.filter(({ action }) => forbidden.test(action)).map(line)),
  ).toEqual([]);
});

test('roles sign, if their row says so, in the one way in which we sign, and do no other cryptography', () => {
  const crypto = /^kms:(Sign|Encrypt|Decrypt|GenerateDataKey|GenerateMac|DeriveSharedSecret|Verify|ReEncrypt)/;
  const used = roles.flatMap(({ role, permissions }) =>
    permissions.filter(({ action }) => crypto.test(action)).map(permission => ({ role: role.path, ...permission })),
  );
  const signers = rolesThat(({ signsAs, signsAsEnterprise }) => signsAs ?? signsAsEnterprise);
  expect([...new Set(used.map(({ role, action }) => `${role} ${action}`))].sort()).toEqual(
    signers.map(role => `${role} kms:Sign`).sort(),
  );
  for (const { conditions } of used)
    expect(conditions).toEqual(
      expect.arrayContaining(['StringEquals kms:MessageType RAW', 'StringEquals kms:SigningAlgorithm ECDSA_SHA_256']),
    );
});

test('a role is in the path of what it signs as, and in no other', () => {
  const paths = new Map(roles.map(({ role }) => [role.path, role.properties.Path]));
  const pathOf = ({ signsAs, signsAsEnterprise }: Grants) =>
    signsAsEnterprise ? 'signers' : { root: 'root', org: 'certifiers', none: 'others' }[signsAs ?? 'none'];
  for (const [row, grants] of everyRow)
    expect([row, paths.get(`${rowPath(row, made)}/Role`)]).toEqual([row, `/license-server/prod/${pathOf(grants)}/`]);
  const ofRows = new Set(everyRow.map(([row]) => `${rowPath(row, made)}/Role`));
  const ofNoRow = roles.filter(({ role }) => !ofRows.has(role.path));
  // The role of finance reads and signs nothing; the roles that CDK makes for its own resources have no path.
  expect(ofNoRow.flatMap(({ role }) => (paths.get(role.path) ? [[role.path, paths.get(role.path)]] : []))).toEqual([
    ['store/Exports/Finance', '/license-server/prod/others/'],
  ]);
});

test('a row cannot sign both as an Org and as an enterprise: a role has one path', () => {
  expect(() => roleKindOf({ signsAs: 'org', signsAsEnterprise: true })).toThrow('not as both');
});
