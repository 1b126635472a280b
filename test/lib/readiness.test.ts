import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { guardDeployment } from '../../lib/readiness/deployment-rules.ts';
import { settingFaults } from '../../lib/readiness/setting-faults.ts';
import { sharedAccountFaults } from '../../lib/readiness/shared-accounts.ts';
import { type StageSettings, stages } from '../../lib/stages.ts';
import { type Deployment, deploy, rows } from './support/deployment.ts';
import { failedAssertions } from './support/template-rules.ts';

const own = '210987654321';
const complete = {
  ...stages.prod,
  account: own,
  alarmEmails: ['alarms@vendor.internal'],
  alertEmails: [{ address: 'alerts@vendor.internal' }],
  financeEmails: [{ address: 'billing@vendor.internal' }],
  financePrincipals: [`arn:aws:iam::${own}:role/accounting`],
} as const satisfies StageSettings;

/** What CloudFormation refuses each stack of a stage for, in an account that the CDK has bootstrapped. */
function refusals(deployment: Deployment, account: string): Map<string, string[]> {
  const references = { 'AWS::AccountId': account, 'AWS::Region': 'eu-central-1', BootstrapVersion: '30' };
  return new Map([...deployment.templates].map(([stack, template]) => [stack, failedAssertions(template, references)]));
}

const stacks = ['store', 'trust', 'operations', 'work', 'api'];
const refused = (deployment: Deployment, account = own) =>
  [...refusals(deployment, account)].filter(([, descriptions]) => descriptions.length > 0).map(([stack]) => stack);

test.each([
  ['int', deploy(stages.int)],
  ['prod', deploy(stages.prod)],
])('%s as it is shipped cannot be deployed to any account, stack by stack, and says what is missing', (_, shipped) => {
  for (const account of [own, stages.prod.account]) expect(refused(shipped, account)).toEqual(stacks);
  for (const setting of ['account', 'alarmEmails', 'alertEmails', 'financeEmails', 'financePrincipals'])
    expect(refusals(shipped, own).get('store')?.join()).toContain(`${setting} has the placeholder`);
});

test('a complete stage is deployed to its own account and to no other', () => {
  const deployment = deploy(complete);
  expect(refused(deployment)).toEqual([]);
  expect(refused(deployment, '210987654322')).toEqual(stacks);
  expect(refusals(deployment, '210987654322').get('api')).toEqual([`Stage prod belongs to account ${own}.`]);
});

test('dev, which can be removed, is deployed without addresses, and to whatever account the credentials are of', () => {
  expect(refused(deploy(stages.dev))).toEqual([]);
  expect(refused(deploy({ ...stages.dev, account: own }), '210987654322')).toEqual(stacks);
});

test('the account is in the environment of the stacks, where the CLI compares it with the credentials', () => {
  const environments = (settings: StageSettings) =>
    new Set(
      deploy(settings)
        .app.synth()
        .getNestedAssembly(`assembly-${settings.name}`)
        .stacks.map(one => one.environment.name),
    );
  expect(environments(complete)).toEqual(new Set([`aws://${own}/eu-central-1`]));
  expect(environments(stages.dev)).toEqual(new Set(['aws://unknown-account/eu-central-1']));
});

const incomplete: [string, Partial<typeof complete> | Partial<StageSettings>, string][] = [
  ['an account of zeros', { account: '000000000000' }, 'account has the placeholder 000000000000'],
  ['an account of the AWS documentation', { account: '123456789012' }, 'account has the placeholder 123456789012'],
  ['no alarm address', { alarmEmails: [] }, 'alarmEmails is empty'],
  ['no alert address', { alertEmails: [] }, 'alertEmails is empty'],
  ['no finance address', { financeEmails: [] }, 'financeEmails is empty'],
  ['no finance principal', { financePrincipals: [] }, 'financePrincipals is empty'],
  ['one placeholder among addresses', { alarmEmails: ['a@vendor.internal', 'b@example.com'] }, 'b@example.com'],
  ['a subdomain of a reserved domain', { alertEmails: [{ address: 'a@mail.Example.ORG' }] }, 'a@mail.Example.ORG'],
  ['a reserved top-level domain', { financeEmails: [{ address: 'a@a-stack.example' }] }, 'a@a-stack.example'],
  ['a principal of an example account', { financePrincipals: ['arn:aws:iam::111122223333:role/a'] }, '111122223333'],
];

/** The rules and the warning alone, on one empty stack. */
function guarded(settings: StageSettings): { stack: Stack; rules: string } {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'store');
  guardDeployment([stack], settings);
  return { stack, rules: JSON.stringify(app.synth().getStackByName('store').template.Rules ?? {}) };
}

test.each(incomplete)('a retained stage with %s cannot be deployed, and synth warns', (_, change, expected) => {
  const { stack, rules } = guarded(Object.assign({ ...complete }, change));
  expect(rules).toContain(expected);
  expect(() =>
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('Stage prod is not complete')),
  ).not.toThrow();
});

test('synth warns of nothing that is complete, or that can be removed', () => {
  for (const settings of [complete, stages.dev])
    expect(Annotations.fromStack(guarded(settings).stack).findWarning('*', Match.anyValue())).toEqual([]);
});

const faulty: [string, object, string][] = [
  ['a name that makes no role', { name: 'production' }, 'name: "production" must be 1 to 8'],
  ['an upper-case name, which makes no bucket', { name: 'Prod' }, 'name: "Prod" must be'],
  ['a region that is none', { region: 'frankfurt' }, 'region: "frankfurt" must be'],
  ['an account that is none', { account: '1234' }, 'account: "1234" must be 12 digits'],
  ['an Org that no id can begin with', { orgs: ['Hub-1'] }, 'orgs: "Hub-1" must be'],
  ['an Org twice', { orgs: ['hub', 'hub'] }, 'orgs: hub is there twice'],
  ['an address that is none', { alarmEmails: ['on-call'] }, 'alarmEmails: "on-call" must be'],
  [
    'an address twice',
    { alertEmails: [{ address: 'a@b.c' }, { address: 'a@b.c' }] },
    'alertEmails: a@b.c is there twice',
  ],
  [
    'a subscriber whose filter matches nothing',
    { alertEmails: [{ address: 'a@b.c', attributes: { reason: [] } }] },
    'without values',
  ],
  ['a principal that is everybody', { financePrincipals: ['*'] }, 'financePrincipals: "*" must be'],
  ['a principal that is a whole account', { financePrincipals: [`arn:aws:iam::${own}:root`] }, 'one role or user'],
  ['a retention in parts of a year', { lockedYears: 0.5 }, 'lockedYears: 0.5 must be'],
  ['a retention beyond what S3 keeps', { lockedYears: 101 }, 'lockedYears: 101 must be'],
  ['a retention in a stage that can be removed', { removal: 'destroy' }, 'lockedYears: a bucket with locked objects'],
  ['a rate that WAF does not take', { firewall: { ...complete.firewall, unsigned: 5 } }, 'firewall.unsigned: 5'],
  [
    'a limit that closes the API',
    { throttling: { ...complete.throttling, signing: { requestsPerSecond: 0, burst: 1 } } },
    'throttling.signing: requestsPerSecond and burst must be',
  ],
  [
    'a certificate of another region',
    { domain: { name: 'a.b', certificateArn: `arn:aws:acm:us-east-1:${own}:certificate/x` } },
    'in eu-central-1',
  ],
  [
    'concurrency for a function that is not there',
    { reservedConcurrency: { 'refresh-keys': 5 } },
    'no function refresh-keys',
  ],
  ['concurrency that stops a function', { reservedConcurrency: { 'refresh-key': 0 } }, 'refresh-key must be 1 or more'],
  ['a tag in the name space of AWS', { tags: { 'aws:cost': 'x' } }, 'tags: "aws:cost"'],
];

const everyId = Object.keys({ ...rows.operations, ...rows.schedules, ...rows.streams, ...rows.internalFunctions });

test.each(faulty)('synth refuses %s, and says what is expected', (_, change, expected) => {
  const found = settingFaults(Object.assign({ ...complete }, change), everyId);
  expect(found).toEqual([expect.stringContaining(expected)]);
});

test('synth names all faults at once', () => {
  const faults = { ...stages.dev, region: 'frankfurt', reservedConcurrency: { no: 1 } };
  expect(() => deploy(faults)).toThrow(/Stage dev cannot be deployed:\n {2}region: .*\n {2}reservedConcurrency: /);
});

test.each([...Object.values(stages), complete])('$name has no fault', stage => {
  expect(settingFaults(stage, everyId)).toEqual([]);
});

test('of stages that share an account and region, one sets up the logging role of API Gateway', () => {
  const twin = { ...complete, name: 'int' };
  expect(sharedAccountFaults([complete, twin])).toEqual([
    `setsUpAccessLogging: must be true in exactly one of prod, int, which share account and region ${own} eu-central-1`,
  ]);
  expect(sharedAccountFaults([complete, { ...twin, setsUpAccessLogging: false }])).toEqual([]);
  expect(sharedAccountFaults([complete, { ...twin, region: 'eu-west-1' }])).toEqual([]);
  expect(sharedAccountFaults(Object.values(stages))).toEqual([]);
});
