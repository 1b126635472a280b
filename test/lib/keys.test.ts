import { stages } from '../../lib/stages.ts';
import { type Deployed, type Deployment, deploy, rows } from './support/deployment.ts';
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

const rolesIn = (path: string) => `arn:aws:iam::<AWS::AccountId>:role/license-server/prod/${path}*`;
const asWeSign = 'StringEquals kms:MessageType RAW | StringEquals kms:SigningAlgorithm ECDSA_SHA_256';
const inPath = (kind: string) => `ArnLike aws:PrincipalArn ${rolesIn(`${kind}/`)}`;

test('the keys are: Root, one for each Org, and one for each service that keeps things for us', () => {
  expect(keys.map(({ path }) => path).sort()).toEqual(
    ['store/AlarmTopicKey', ...ofServices.map(([path]) => path), ...orgs, 'trust/Chain/Root'].sort(),
  );
});

test.each([['trust/Chain/Root', 'root'], ...orgs.map(org => [org, 'certifiers'])])(
  '%s lets one path of roles sign, by their IAM policies, and anyone of the account read the public half by theirs',
  (path, kind = '') => {
    expect(allowed(keyAt(path), /Sign/)).toEqual([`kms:Sign | ${account} | ${inPath(kind)} | ${asWeSign}`]);
    expect(allowed(keyAt(path), /GetPublicKey/)).toEqual([`kms:GetPublicKey | ${account}`]);
  },
);

test('the policies of keys name no role and no user: KMS would not know one that is created again', () => {
  const named = keys.flatMap(key => policyOf(key).flatMap(({ principals }) => principals));
  expect([...new Set(named)].sort()).toEqual(['*', account, 'cloudwatch.amazonaws.com'].sort());
});

test('a further function that signs as the Orgs changes no policy of a key', () => {
  const rowsWith = (internalFunctions: typeof rows.internalFunctions) =>
    deploy(stages.prod, { ...rows, internalFunctions });
  const policies = (of: Deployment) =>
    of.all('AWS::KMS::Key').map(({ path, properties }) => [path, properties.KeyPolicy]);
  const further = {
    ...rows.internalFunctions,
    'sign-more': { summary: 'Signs more', grants: { signsAs: 'org' as const } },
  };
  expect(policies(rowsWith(further))).toEqual(policies(deployment));
});

test.each([
  ['the tables', rows],
  ['any rows', everyGrant],
])('who signs as Root or Org does not reach the table: %s', (_, made) => {
  const roles = rolesOf(deploy(stages.prod, made));
  const signing = roles.filter(({ permissions }) =>
    permissions.some(({ action, resource }) => action === 'kms:Sign' && resource.startsWith('<')),
  );
  expect(signing).toHaveLength(grantsOf(made).filter(([, { signsAs }]) => signsAs).length);
  expect(signing.filter(({ permissions }) => permissions.some(({ action }) => action.startsWith('dynamodb:')))).toEqual(
    [],
  );
});

test.each(['trust/Chain/Root', ...orgs])('%s lets no role of the server manage, delegate or copy it', path => {
  const key = keyAt(path);
  const denied = (key ? policyOf(key) : []).filter(({ effect }) => effect === 'Deny');
  expect(denied.map(({ action, principals, conditions }) => [action, ...principals, ...conditions])).toEqual(
    [
      'kms:CreateGrant',
      'kms:PutKeyPolicy',
      'kms:ReplicateKey',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:UpdateAlias',
      'kms:UpdatePrimaryRegion',
    ].map(action => [action, '*', `ArnLike aws:PrincipalArn ${rolesIn('')}`]),
  );
});

test('signing keys are multi-Region primaries, which they could never become later; keys of services stay here', () => {
  expect(
    keys
      .filter(({ properties }) => properties.MultiRegion)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['trust/Chain/Root', ...orgs].sort());
});

test.each(keys.map(key => [key.path, key]))('the account may manage %s, not use it', (_, key) => {
  if (typeof key === 'string') throw new Error('unreachable');
  const isOfPath = (condition: string) => condition.startsWith('ArnLike aws:PrincipalArn ');
  const managed = policyOf(key).filter(
    ({ principals, conditions }) => principals.includes(account) && !conditions.some(isOfPath),
  );
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
      .filter(
        ({ effect, action }) => effect === 'Allow' && /Put|Tag|Delete|Disable|Update|Schedule|Replicate/.test(action),
      )
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

test('no principal is permitted unconditionally', () => {
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
