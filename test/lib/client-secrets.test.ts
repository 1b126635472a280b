import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LicenseClientSecrets } from '../../lib/client-secrets/client-secrets.ts';

const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
writeFileSync(join(bundle, 'index.mjs'), '// the rotation function');
afterAll(() => rmSync(bundle, { recursive: true }));

const root = { kty: 'EC', crv: 'P-256', x: 'root-x', y: 'root-y' };
const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:license-profile-AbCdEf';

/** An application of somebody else, in an account of its own. */
function application() {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'hwf');
  const role = new Role(stack, 'App', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
  const keys = new LicenseClientSecrets(stack, 'LicenseKeys', {
    prefix: 'license-keys/hwf/',
    roots: [root],
    profile: Secret.fromSecretCompleteArn(stack, 'Profile', arn),
    encryptionKey,
    alarmTopic: Topic.fromTopicArn(stack, 'Alarms', 'arn:aws:sns:eu-central-1:111122223333:alarms'),
    bundle,
  });
  keys.grantUse(role);
  return { app, keys, template: Template.fromStack(stack) };
}
const { app, keys, template } = application();

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const statementsOf = (
  type: string,
  path: (properties: Record<string, never>) => { Statement: Statement[] } | undefined,
) => Object.values(template.findResources(type)).flatMap(({ Properties }) => path(Properties)?.Statement ?? []);
const rotationRights = statementsOf('AWS::IAM::Role', ({ Policies }) => Object(Policies)?.[0]?.PolicyDocument);
const useRights = statementsOf('AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => PolicyDocument);
const secretsOfKeys = /secret:license-keys\/hwf\/\*/;
const rotation = /function:license-keys-/;

test('has no finding of cdk-nag that is not acknowledged with a reason', () => {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  expect(
    violations.map(({ ruleName, violatingResources }) => [
      ruleName,
      violatingResources.map(({ constructPath }) => constructPath),
    ]),
  ).toEqual([]);
});

test('the function reads its profile, and touches only secrets under the prefix that it rotates', () => {
  expect(rotationRights.map(({ Action }) => Action)).toEqual([
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
      action => `secretsmanager:${action}`,
    ),
    'secretsmanager:GetSecretValue',
    ['kms:Decrypt', 'kms:GenerateDataKey'],
  ]);
  const [, onKeys, onProfile, onKms] = rotationRights;
  expect(JSON.stringify(onKeys?.Resource)).toMatch(secretsOfKeys);
  expect(JSON.stringify(onKeys?.Condition)).toMatch(/secretsmanager:resource\/AllowRotationLambdaArn/);
  expect(JSON.stringify(onKeys?.Condition)).toMatch(rotation);
  expect(onProfile?.Resource).toBe(arn);
  expect(JSON.stringify(onKms?.Condition)).toMatch(/kms:ViaService.*secretsmanager/);
});

test('the application may attach this rotation and no other, and reads no profile by it', () => {
  expect(useRights.map(({ Action }) => Action)).toEqual([
    [
      'CreateSecret',
      'DescribeSecret',
      'GetSecretValue',
      'PutSecretValue',
      'TagResource',
      'UpdateSecretVersionStage',
    ].map(action => `secretsmanager:${action}`),
    'secretsmanager:RotateSecret',
    'secretsmanager:ListSecrets',
    'lambda:InvokeFunction',
    ['kms:Decrypt', 'kms:GenerateDataKey'],
  ]);
  const [onKeys, attach, , invoke] = useRights;
  expect(JSON.stringify(onKeys?.Resource)).toMatch(secretsOfKeys);
  expect(JSON.stringify(attach?.Condition)).toMatch(/secretsmanager:RotationLambdaARN/);
  expect(JSON.stringify(attach?.Condition)).toMatch(rotation);
  expect(JSON.stringify(invoke?.Resource)).toMatch(rotation);
  expect(JSON.stringify(useRights)).not.toContain('license-profile');
});

test('Secrets Manager of this account alone invokes it', () => {
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    Principal: 'secretsmanager.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
  });
  template.resourceCountIs('AWS::Lambda::Permission', 1);
});

test('no secret is in its environment, and its log ends', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Environment: { Variables: { LICENSE_ROOT: JSON.stringify([root]), LICENSE_PROFILE: arn } },
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
});

test('it alarms when a refresh fails, is held back, or somebody else has refreshed', () => {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  expect(alarms.map(({ MetricName }) => JSON.stringify(MetricName)).sort()).toEqual([
    '"Errors"',
    '"Throttles"',
    expect.stringMatching(/superseded/),
  ]);
  for (const { AlarmActions, AlarmDescription, Threshold } of alarms) {
    expect([AlarmActions, Threshold]).toEqual([['arn:aws:sns:eu-central-1:111122223333:alarms'], 1]);
    expect(AlarmDescription).toMatch(/docs\/clients\.md/);
  }
  template.hasResourceProperties('AWS::Logs::MetricFilter', { FilterPattern: '{ $.code = "key-superseded" }' });
});

test('the store of the SDK is told what it needs', () => {
  expect(keys.store).toEqual({
    prefix: 'license-keys/hwf/',
    functionArn: expect.any(String),
    kmsKeyId: expect.any(String),
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: Match.stringLikeRegexp('^license-keys-.{1,51}$'),
  });
});
