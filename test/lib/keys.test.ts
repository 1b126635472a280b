import { stages } from '../../lib/stages.ts';
import { type Deployed, deploy, rows } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';
import { type Permission, permissionsOf, rolesOf } from './support/policies.ts';
import { grantsOf } from './support/row-paths.ts';

const deployment = deploy(stages.prod);
const keys = deployment.all('AWS::KMS::Key');
const policyOf = (key: Deployed) => permissionsOf(deployment, key.stack, key.properties.KeyPolicy);
const keyAt = (path: string) => keys.find(key => key.path === path);

const account = 'arn:aws:iam::<AWS::AccountId>:root';
const orgs = stages.prod.orgs.map(org => `trust/Chain/Org-${org}`);

/** What keeps things for us, under which key. */
const ofServices = [
  ['store/Ledger/Key', 'dynamodb'],
  ['store/Secrets/Key', 'secretsmanager'],
  ['store/Notices/Key', 'sns'],
  ['store/Exports/Key', 's3'],
  ['store/Aside/Key', 'sqs'],
];

/** Who may do it, under which conditions. */
function allowed(key: Deployed | undefined, action: RegExp): string[] {
  const permissions = key
    ? policyOf(key).filter(permission => permission.effect === 'Allow' && action.test(permission.action))
    : [];
  return permissions
    .map(({ action: name, principals, conditions }: Permission) => [name, ...principals, ...conditions].join(' | '))
    .sort();
}

const asWeSign = 'StringEquals kms:MessageType RAW | StringEquals kms:SigningAlgorithm ECDSA_SHA_256';

test('the keys are: Root, one for each Org, and one for each service that keeps things for us', () => {
  expect(keys.map(({ path }) => path).sort()).toEqual(
    ['store/AlarmTopicKey', ...ofServices.map(([path]) => path), ...orgs, 'trust/Chain/Root'].sort(),
  );
});

test('only the trust set-up signs as Root', () => {
  const setUp = '<trust/Chain/set-up-trust/Role.Arn>';
  expect(allowed(keyAt('trust/Chain/Root'), /Sign/)).toEqual([`kms:Sign | ${setUp} | ${asWeSign}`]);
  expect(allowed(keyAt('trust/Chain/Root'), /GetPublicKey/)).toEqual(
    [`kms:GetPublicKey | ${setUp}`, `kms:GetPublicKey | ${account}`].sort(),
  );
});

test.each(orgs)('only who says so in its row signs as %s', org => {
  const signers = grantsOf(rows).filter(([, { signsAs }]) => signsAs === 'org');
  const named = signers.map(([row]) => `<trust/Chain/${row}/Role.Arn>`);
  expect(allowed(keyAt(org), /Sign/)).toEqual([`kms:Sign | ${named.join(' | ')} | ${asWeSign}`]);
});

test('a further function that signs as the Orgs is named by their keys, and gets nothing else with it', () => {
  const further = deploy(stages.prod, everyGrant);
  const key = further.all('AWS::KMS::Key').find(({ path }) => orgs.includes(path));
  const said = key ? permissionsOf(further, key.stack, key.properties.KeyPolicy) : [];
  expect(said.filter(({ action }) => action === 'kms:Sign').flatMap(({ principals }) => principals)).toEqual([
    '<trust/Chain/certify/Role.Arn>',
    '<trust/Chain/sign-statement/Role.Arn>',
  ]);
  const role = rolesOf(further).find(({ name }) => name === 'license-server-prod-sign-statement');
  expect(role?.permissions.map(({ action }) => action)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
});

test.each([
  ['the tables', rows],
  ['any rows', everyGrant],
])('who signs as Root or Org does not reach the table: %s', (_, made) => {
  const any = deploy(stages.prod, made);
  const named = any
    .all('AWS::KMS::Key')
    .flatMap(key => permissionsOf(any, key.stack, key.properties.KeyPolicy))
    .filter(({ action }) => action === 'kms:Sign')
    .flatMap(({ principals }) => principals);
  const reaching = rolesOf(any).filter(({ permissions }) =>
    permissions.some(({ action }) => action.startsWith('dynamodb:')),
  );
  const granted = grantsOf(made).flatMap(([, { signsAs }]) => (signsAs === 'org' ? orgs : (signsAs ?? [])));
  expect(named).toHaveLength(granted.length);
  expect(reaching.map(({ role }) => `<${role.path}.Arn>`).filter(arn => named.includes(arn))).toEqual([]);
});

test.each(keys.map(key => [key.path, key]))('the account may manage %s, not use it', (_, key) => {
  if (typeof key === 'string') throw new Error('unreachable');
  const managed = policyOf(key).filter(({ principals }) => principals.includes(account));
  expect(
    managed
      .map(({ action }) => action)
      .filter(action => /^kms:(Sign|Verify|Encrypt|Decrypt|ReEncrypt|GenerateDataKey|CreateGrant|\*)/.test(action)),
  ).toEqual([]);
  expect(managed.some(({ action }) => action === 'kms:PutKeyPolicy')).toBe(true);
});

test('only the account manages keys', () => {
  const managers = keys.flatMap(key =>
    policyOf(key)
      .filter(({ action }) => /Put|Tag|Delete|Disable|Update|Schedule/.test(action))
      .flatMap(({ principals }) => principals),
  );
  expect([...new Set(managers)]).toEqual([account]);
});

test.each(ofServices)('%s is used through %s only, by this account only', (path, service) => {
  const key = keyAt(path);
  const used = key ? policyOf(key).filter(({ principals }) => principals.includes('*')) : [];
  expect(used.length).toBeGreaterThan(0);
  for (const { conditions } of used) {
    expect(conditions).toContain('StringEquals kms:CallerAccount <AWS::AccountId>');
    expect(conditions).toContain(`StringEquals kms:ViaService ${service}.eu-central-1.<AWS::URLSuffix>`);
  }
});

test('the key of alarms is used by CloudWatch only', () => {
  const used = keyAt('store/AlarmTopicKey');
  const ofThisAccount = 'cloudwatch.amazonaws.com | StringEquals aws:SourceAccount <AWS::AccountId>';
  expect(allowed(used, /Decrypt|GenerateDataKey|Encrypt$|CreateGrant/)).toEqual([
    `kms:Decrypt | ${ofThisAccount}`,
    `kms:GenerateDataKey | ${ofThisAccount}`,
  ]);
});

test('nobody is let in unconditionally', () => {
  const open = keys.flatMap(key =>
    policyOf(key).filter(({ principals, conditions }) => principals.includes('*') && conditions.length === 0),
  );
  expect(open).toEqual([]);
});

test('symmetric keys rotate; signing keys cannot, and are what the design says', () => {
  for (const { path, properties } of keys) {
    const signs = path.startsWith('trust/');
    expect([path, properties.EnableKeyRotation]).toEqual([path, signs ? undefined : true]);
    expect([path, properties.KeySpec, properties.KeyUsage]).toEqual(
      signs ? [path, 'ECC_NIST_P256', 'SIGN_VERIFY'] : [path, undefined, undefined],
    );
  }
});
