import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { line, rolesOf } from './support/policies.ts';
import { everyRow, rowPath } from './support/row-paths.ts';

// bars.md R22, first half: what no role may do, whatever the rows say.
const deployment = deploy(stages.prod);
const roles = rolesOf(deployment);
const anyKey = 'arn:aws:kms:eu-central-1:<AWS::AccountId>:key/*';
const anyAlias = 'arn:aws:kms:eu-central-1:<AWS::AccountId>:alias/license-server/prod/enterprise/*';

test('there is no other role than those of rows, of the schedules, of the set-up and of access logging', () => {
  const ofRows = everyRow.map(([row]) => `${rowPath(row)}/Role`);
  const ofSchedules = Object.keys(rows.schedules).map(row => `work/Schedules/${row}-role`);
  const others = ['trust/Chain/SetUpTrust/Role', 'trust/Chain/SetUpOrg/Role', 'api/Api/AccessLogging/Role'];
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

test('no resource has a wildcard but KMS keys that are made at run time', () => {
  const wild = roles.flatMap(({ role, permissions }) =>
    permissions
      .filter(({ resource }) => resource.includes('*'))
      .map(({ action, resource }) => `${role.path}: ${action} on ${resource}`),
  );
  const makers = everyRow.filter(([, grants]) => grants.makesEnterpriseKeys).map(([row]) => `${rowPath(row)}/Role`);
  const disablers = everyRow
    .filter(([, grants]) => grants.disablesEnterpriseKeys)
    .map(([row]) => `${rowPath(row)}/Role`);
  expect(wild.sort()).toEqual(
    [
      ...disablers.map(role => `${role}: kms:DisableKey on ${anyKey}`),
      ...makers.flatMap(role => [
        // CreateKey has no resource (AWS service authorization reference).
        `${role}: kms:CreateKey on *`,
        // A key is given its alias, or retired, right after it was made: nobody knew its ARN.
        `${role}: kms:CreateAlias on ${anyAlias}`,
        `${role}: kms:CreateAlias on ${anyKey}`,
        `${role}: kms:ScheduleKeyDeletion on ${anyKey}`,
        `${role}: kms:DescribeKey on ${anyKey}`,
      ]),
      // Keys of enterprises come at run time; they are asked for by alias.
      `trust/Chain/certify/Role: kms:GetPublicKey on ${anyKey}`,
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

test('nobody tags a key, changes its policy, or delegates it', () => {
  const forbidden =
    /^kms:(TagResource|UntagResource|PutKeyPolicy|CreateGrant|RetireGrant|UpdateAlias|DeleteAlias|ReplicateKey|Import)/;
  expect(
    roles.flatMap(({ permissions }) => permissions.filter(({ action }) => forbidden.test(action)).map(line)),
  ).toEqual([]);
});

test('no role is named as a signer by IAM: only the policies of keys say who signs', () => {
  const crypto = /^kms:(Sign|Encrypt|Decrypt|GenerateDataKey|GenerateMac|DeriveSharedSecret)/;
  expect(roles.flatMap(({ permissions }) => permissions.filter(({ action }) => crypto.test(action)).map(line))).toEqual(
    [],
  );
});
