import { stages } from '../../lib/stages.ts';
import { deploy } from './support/deployment.ts';

const prod = deploy(stages.prod);
const dev = deploy(stages.dev);

const stateful = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
];

test('the logical ids of what must survive never change: a new one would be a new, empty resource', () => {
  const kept = stateful
    .filter(type => type !== 'AWS::Logs::LogGroup')
    .flatMap(type => prod.all(type))
    .filter(({ stack }) => stack !== 'work');
  expect(Object.fromEntries(kept.map(({ path, logicalId }) => [path, logicalId]))).toEqual({
    'store/AlarmTopic': 'AlarmTopicD01E77F9',
    'store/AlarmTopicKey': 'AlarmTopicKey57B0D3A7',
    'store/Aside/Key': 'AsideKey8C271E7D',
    'store/Aside/Queue': 'AsideQueue87F54B87',
    'store/Exports/AccessLogs': 'ExportsAccessLogs43BFA596',
    'store/Exports/Bucket': 'ExportsBucket54D5CE64',
    'store/Exports/Key': 'ExportsKey734B9251',
    'store/Ledger/Key': 'LedgerKeyA5F78EAE',
    'store/Ledger/Table': 'LedgerTable9343E4AA',
    'store/Notices/Key': 'NoticesKey98C62BF4',
    'store/Notices/alerts': 'Noticesalerts4AA7C836',
    'store/Notices/finance': 'Noticesfinance3929E066',
    'store/Secrets/Key': 'SecretsKey9BF95D68',
    'store/Secrets/operator-hub': 'Secretsoperatorhub4F93C979',
    'store/Secrets/responder-hub': 'Secretsresponderhub51E57A16',
    'trust/Chain/Org-hub': 'ChainOrghub77BCF0C2',
    'trust/Chain/Root': 'ChainRoot8807B28A',
  });
});

test('outside dev nothing that must survive is deleted with its stack', () => {
  const kept = stateful
    .filter(type => type !== 'AWS::SNS::Topic')
    .flatMap(type => prod.all(type))
    .filter(({ path }) => path !== 'work/Schedules/Undelivered');
  expect(
    kept
      .filter(({ deletion, replacement }) => deletion !== 'RetainExceptOnCreate' || replacement !== 'Retain')
      .map(({ path }) => path),
  ).toEqual([]);
  expect(prod.protectedStacks).toEqual(['store', 'trust']);
  expect(prod.all('AWS::DynamoDB::GlobalTable')[0]?.properties.Replicas).toMatchObject([
    { DeletionProtectionEnabled: true },
  ]);
});

test('dev can be removed without a trace', () => {
  const types = new Set(
    [...dev.templates.values()].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)),
  );
  const retained = [...types]
    .flatMap(type => dev.all(type))
    .filter(({ deletion }) => deletion !== undefined && deletion !== 'Delete');
  expect(retained.map(({ path }) => path)).toEqual([]);
  expect(
    stateful
      .flatMap(type => dev.all(type))
      .filter(({ deletion, type }) => deletion !== 'Delete' && type !== 'AWS::SNS::Topic'),
  ).toEqual([]);
  expect(dev.protectedStacks).toEqual([]);
  expect(dev.all('AWS::DynamoDB::GlobalTable')[0]?.properties.Replicas).toMatchObject([
    { DeletionProtectionEnabled: false },
  ]);
});

test('every log ends', () => {
  const logs = prod.all('AWS::Logs::LogGroup');
  const written = prod.all('AWS::Lambda::Function').map(({ properties }) => properties.LoggingConfig);
  expect(logs.filter(({ properties }) => properties.RetentionInDays !== 365).map(({ path }) => path)).toEqual([]);
  expect(written.filter(config => config === undefined)).toEqual([]);
});

test('the table is what docs/rules.md 8 says', () => {
  expect(prod.all('AWS::DynamoDB::GlobalTable').map(({ properties }) => properties)).toMatchObject([
    {
      BillingMode: 'PAY_PER_REQUEST',
      // An attribute that no key uses is refused by DynamoDB, not by the linters.
      AttributeDefinitions: ['pk', 'sk', 'xpk', 'xsk'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'expiry',
          KeySchema: [
            { AttributeName: 'xpk', KeyType: 'HASH' },
            { AttributeName: 'xsk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        {
          Region: 'eu-central-1',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { KMSMasterKeyId: expect.anything() },
        },
      ],
    },
  ]);
});

test('secrets are made empty', () => {
  const valued = prod
    .all('AWS::SecretsManager::Secret')
    .filter(({ properties }) => 'SecretString' in properties || 'GenerateSecretString' in properties);
  expect(valued).toEqual([]);
});
