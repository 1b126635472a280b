import { stages } from '../../lib/stages.ts';
import { type Deployment, deploy } from './support/deployment.ts';
import { line, permissionsOf, rolesOf } from './support/policies.ts';
import { readable } from './support/readable.ts';

const accounting = 'arn:aws:iam::111122223333:role/accounting';
const prod = deploy({ ...stages.prod, financePrincipals: [accounting] });
const dev = deploy(stages.dev);

const exportsPath = 'store/Exports/Bucket';
const bucketIn = (deployment: Deployment, path = exportsPath) =>
  deployment.all('AWS::S3::Bucket').find(bucket => bucket.path === path)?.properties ?? {};
const named = 'arn:aws:s3:::license-server-prod-exports-<AWS::AccountId>-eu-central-1';

function policyOf(deployment: Deployment, path: string): string[] {
  const policy = deployment.all('AWS::S3::BucketPolicy').find(bucket => bucket.path === `${path}/Policy`);
  return policy ? permissionsOf(deployment, policy.stack, policy.properties.PolicyDocument).map(line) : [];
}

test.each([
  ['prod', prod],
  ['dev', dev],
])('exports of %s are private, versioned, and encrypted with a key of ours', (_, deployment) => {
  expect(bucketIn(deployment)).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
      ],
    },
  });
});

test('the bucket has the name that rights are given by', () => {
  expect(`arn:aws:s3:::${readable(prod, 'store', bucketIn(prod).BucketName)}`).toBe(named);
});

test.each([
  ['prod', prod, exportsPath],
  ['prod', prod, 'store/Exports/AccessLogs'],
  ['dev', dev, exportsPath],
])('plain HTTP and old TLS are refused: %s %#', (_, deployment, path) => {
  const refusals = policyOf(deployment, path).filter(said => said.startsWith('not s3:*'));
  expect(refusals.sort()).toEqual(
    [`<${path}.Arn>`, `<${path}.Arn>/*`]
      .flatMap(resource => [
        `not s3:* on ${resource} if Bool aws:SecureTransport false`,
        `not s3:* on ${resource} if NumericLessThan s3:TlsVersion 1.2`,
      ])
      .sort(),
  );
});

test.each([
  ['int', deploy(stages.int)],
  ['prod', prod],
])('in %s an export is locked for ten years, and no principal may unlock it', (_, deployment) => {
  expect(bucketIn(deployment)).toMatchObject({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3653 } } },
  });
  expect(policyOf(deployment, exportsPath)).toContain(`not s3:BypassGovernanceRetention on <${exportsPath}.Arn>/*`);
});

test('outside dev nothing expires, and every access is logged', () => {
  const { LifecycleConfiguration, LoggingConfiguration } = bucketIn(prod);
  expect(JSON.stringify(LifecycleConfiguration)).not.toMatch(/Expiration/);
  expect(LifecycleConfiguration).toMatchObject({
    Rules: [{ Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }] }],
  });
  expect(LoggingConfiguration).toMatchObject({ DestinationBucketName: expect.anything() });
  expect(bucketIn(prod, 'store/Exports/AccessLogs')).toMatchObject({
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 400 }] },
  });
});

test('in dev nothing is locked or logged, and all of it ends', () => {
  expect(dev.all('AWS::S3::Bucket').map(({ path }) => path)).toEqual([exportsPath]);
  const { ObjectLockEnabled, ObjectLockConfiguration, LifecycleConfiguration } = bucketIn(dev);
  expect([ObjectLockEnabled, ObjectLockConfiguration]).toEqual([undefined, undefined]);
  expect(LifecycleConfiguration).toMatchObject({
    Rules: [{ ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }],
  });
});

test('finance reads statements and nothing else', () => {
  const finance = rolesOf(prod).find(({ name }) => name === 'license-server-prod-finance');
  expect(finance?.permissions.map(line)).toEqual([
    `s3:GetObject on ${named}/statements/*`,
    `s3:ListBucket on ${named} if StringLike s3:prefix statements/*`,
  ]);
});

test('the principals that the stage names may assume the role of finance; without any there is no role', () => {
  const role = prod.all('AWS::IAM::Role').find(({ path }) => path === 'store/Exports/Finance');
  expect(role?.properties.AssumeRolePolicyDocument).toMatchObject({
    Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS: accounting } }],
  });
  expect(dev.all('AWS::IAM::Role').filter(({ path }) => path.startsWith('store/'))).toEqual([]);
});
