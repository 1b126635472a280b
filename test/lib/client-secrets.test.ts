import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  LicenseClientSecrets,
  type LicenseClientSecretsProps,
  type RotationNetwork,
} from '../../lib/client-secrets/client-secrets.ts';

const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
writeFileSync(join(bundle, 'index.mjs'), '// the rotation function');
afterAll(() => rmSync(bundle, { recursive: true }));

const root = { kty: 'EC', crv: 'P-256', x: 'root-x', y: 'root-y' };
const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:license-profile-AbCdEf';

/** A customer's application, in an account of its own. */
function application(more: (stack: Stack) => Partial<LicenseClientSecretsProps> = () => ({})) {
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
    ...more(stack),
  });
  keys.grantUse(role);
  return { app, keys, template: Template.fromStack(stack) };
}
const { app, keys, template } = application();

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const statementsOf = (
  template: Template,
  type: string,
  path: (properties: Record<string, never>) => { Statement: Statement[] } | undefined,
) => Object.values(template.findResources(type)).flatMap(({ Properties }) => path(Properties)?.Statement ?? []);
const rotationRightsOf = (of: Template) =>
  statementsOf(of, 'AWS::IAM::Role', ({ Policies }) => Object(Policies)?.[0]?.PolicyDocument);
const rotationRights = rotationRightsOf(template);
const useRights = statementsOf(template, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => PolicyDocument);
const secretsOfKeys = /secret:license-keys\/hwf\/\*/;
const rotation = /function:license-keys-/;

const inNetwork = (more: Partial<RotationNetwork> = {}) =>
  application(stack => {
    const ids = {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['a', 'b'],
      privateSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
    };
    return { network: { vpc: Vpc.fromVpcAttributes(stack, 'Vpc', ids), ...more } };
  });

test.each([
  ['as it is', app],
  ['in a network', inNetwork().app],
])('has no finding of cdk-nag that is not acknowledged with a reason, %s', (_, app) => {
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
  template.hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: Match.anyValue() } });
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
});

test('it raises an alarm when a refresh fails, is throttled, or another holder has refreshed', () => {
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

test('its log, which stays when it is removed, is not in the way of the next one', () => {
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Retain',
    Properties: { LogGroupName: Match.absent() },
  });
});

test.each<[string, Partial<LicenseClientSecretsProps>, RegExp]>([
  ['every secret of the account', { prefix: '' }, /prefix must be a name that ends with "\/"/],
  ['secrets whose names only begin alike', { prefix: 'license-keys/hwf' }, /prefix must/],
  ['secrets by a wildcard', { prefix: 'license-*/' }, /prefix must/],
  ['its own profile', { prefix: 'license-profile/' }, /must not be under the prefix/],
  ['keys of no Root', { roots: [] }, /vendor's Root/],
  ['the private half of a Root', { roots: [Object.assign({ d: 'xanary' }, root)] }, /public keys/],
])('is not made for %s', (_, props, remedy) => {
  const profile = (stack: Stack) => Secret.fromSecretNameV2(stack, 'Named', 'license-profile/hwf');
  const made = () => application(stack => ({ profile: profile(stack), ...props }));
  expect(made).toThrow(remedy);
  expect(made).not.toThrow('xanary');
});

test('a profile that is known by name, under a key of its own, is readable: that one secret, by that key', () => {
  const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/of-the-profile';
  const { template } = application(stack => ({
    profile: Secret.fromSecretAttributes(stack, 'Other', {
      secretPartialArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:license-profile/hwf',
      encryptionKey: Key.fromKeyArn(stack, 'OfProfile', keyArn),
    }),
  }));
  const [, , onProfile, onKeys, onProfilesKey] = rotationRightsOf(template);
  expect(onProfile?.Resource).toBe(
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:license-profile/hwf-??????',
  );
  expect([onKeys?.Resource, onProfilesKey?.Resource]).toEqual([expect.any(Object), keyArn]);
  expect(JSON.stringify(onProfilesKey?.Condition)).toMatch(/kms:ViaService.*secretsmanager/);
});

test('takes no alias for the key: policies want the key itself', () => {
  const byAlias = () => application(stack => ({ encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/hwf') }));
  expect(byAlias).toThrow(/is an alias/);
});

test('in a network of yours it reaches the license server by your proxy; its code may not touch the network', () => {
  const { template } = inNetwork({ proxy: 'http://proxy.example:3128' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: {
      SubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
      SecurityGroupIds: [Match.anyValue()],
    },
    Environment: {
      Variables: {
        LICENSE_ROOT: JSON.stringify([root]),
        LICENSE_PROFILE: arn,
        NODE_USE_ENV_PROXY: '1',
        HTTPS_PROXY: 'http://proxy.example:3128',
      },
    },
  });
  template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  const [allowed, denied] = rotationRightsOf(template).slice(-2);
  expect([allowed?.Effect, denied?.Effect, denied?.Action]).toEqual(['Allow', 'Deny', allowed?.Action]);
  expect(JSON.stringify(denied?.Condition)).toMatch(/ArnEquals.*lambda:SourceFunctionArn.*function:license-keys-/);
  for (const action of [allowed?.Action].flat())
    expect(action).toMatch(/^ec2:.*(NetworkInterface|IpAddresses|Subnets)/);
});

test.each(['http://user:xanary@proxy.example:3128', 'proxy.example:3128', 'socks5://proxy.example'])(
  'takes no proxy such as %s: it stands in the environment',
  proxy => {
    expect(() => inNetwork({ proxy })).toThrow(/without user and password/);
    expect(() => inNetwork({ proxy })).not.toThrow('xanary');
  },
);
