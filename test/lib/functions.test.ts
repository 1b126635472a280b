import * as z from 'zod';
import { internalFunctions } from '../../lambdas/functions.ts';
import { settings } from '../../lambdas/platform/kernel/settings.ts';
import { stages } from '../../lib/stages.ts';
import { type Deployment, deploy } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';
import { line, rolesOf } from './support/policies.ts';
import { readable } from './support/readable.ts';
import { grantsOf, rowPath, everyRow as shippedRows } from './support/row-paths.ts';

const made = everyGrant;
const deployment = deploy(stages.dev, made);

const FunctionProperties = z.looseObject({
  FunctionName: z.string().optional(),
  Runtime: z.string(),
  Architectures: z.array(z.string()).optional(),
  Timeout: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  TracingConfig: z.unknown().optional(),
});
const functions = deployment
  .all('AWS::Lambda::Function')
  .map(({ stack, properties }) => ({ stack, ...FunctionProperties.parse(properties) }));
const functionOf = (row: string) => functions.find(({ FunctionName }) => FunctionName === `license-server-dev-${row}`);
const everyRow = grantsOf(made);
const rowPaths = new Set(shippedRows.map(([row]) => `${rowPath(row)}/Role`));

test.each(everyRow)('%s has a function of the agreed kind', row => {
  expect(functionOf(row)).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    MemorySize: 512,
    Handler: 'index.handler',
    Timeout: row in made.schedules || row in made.streams || row === 'set-up-org' ? 300 : 28,
  });
  expect(functionOf(row)?.TracingConfig).toBeUndefined();
});

test.each(everyRow)('%s is told what its grants imply, and nothing else', (row, grants) => {
  const { table, queriesExpiry, makesEnterpriseKeys, invokes = [], readsSecrets, writesSecrets, signsAs } = grants;
  const {
    publishes = [],
    sendsToDeadLetters,
    countsDeadLetters,
    readsObjects,
    writesObjects,
    readsEnterpriseKeys,
  } = grants;
  const trusted = row in internalFunctions;
  const verifies =
    row in made.operations || row in made.schedules || (trusted && (signsAs === 'org' || invokes.includes('certify')));
  const told = [
    ...(table || queriesExpiry ? ['TABLE_NAME'] : []),
    ...(publishes.length > 0 ? ['STAGE'] : []),
    ...(publishes.includes('alerts') ? ['ALERTS_TOPIC'] : []),
    ...(publishes.includes('finance') ? ['FINANCE_TOPIC'] : []),
    ...(sendsToDeadLetters || countsDeadLetters ? ['DEAD_LETTER_QUEUE'] : []),
    ...(readsObjects || writesObjects ? ['EXPORTS_BUCKET'] : []),
    ...(verifies ? ['KEY_RINGS', 'ROOT_KEYS'] : []),
    ...(row in made.operations || row in made.schedules ? ['ORGS'] : []),
    ...(makesEnterpriseKeys
      ? ['STAGE', 'ENTERPRISE_KEY_ADMINS', 'ENTERPRISE_KEY_SIGNERS', 'ENTERPRISE_KEY_ROLES']
      : []),
    ...(readsEnterpriseKeys ? ['STAGE'] : []),
    ...(signsAs === 'org' ? ['ORG_KEY_IDS'] : []),
    ...(signsAs === 'root' ? ['KEY_RINGS', 'ROOT_KEY_IDS', 'ORG_KEY_IDS'] : []),
    ...(invokes.includes('certify') ? ['CERTIFIER_FUNCTION'] : []),
    ...(invokes.includes('set-up-trust') ? ['TRUST_FUNCTION'] : []),
    ...(invokes.includes('sign-statement') ? ['STATEMENT_FUNCTION'] : []),
    ...(readsSecrets || writesSecrets ? ['SECRET_PREFIX'] : []),
  ];
  const variables = Object.keys(functionOf(row)?.Environment.Variables ?? {}).filter(
    name => !name.startsWith('POWERTOOLS_'),
  );
  expect(variables.sort()).toEqual(told.sort());
  expect(variables.filter(name => !settings.some(setting => setting === name))).toEqual([]);
});

test('the functions that create the keys of enterprises are given the account and paths of roles, and no role', () => {
  const makers = everyRow.filter(([, grants]) => grants.makesEnterpriseKeys);
  expect(makers.length).toBeGreaterThan(0);
  for (const [row] of makers) {
    const { ENTERPRISE_KEY_SIGNERS, ENTERPRISE_KEY_ADMINS, ENTERPRISE_KEY_ROLES } =
      functionOf(row)?.Environment.Variables ?? {};
    const text = (value: unknown) => readable(deployment, functionOf(row)?.stack ?? '', value);
    const roles = 'arn:aws:iam::<AWS::AccountId>:role/license-server/dev';
    expect(text(ENTERPRISE_KEY_SIGNERS)).toBe(`${roles}/signers/*`);
    expect(text(ENTERPRISE_KEY_ROLES)).toBe(`${roles}/*`);
    expect(text(ENTERPRISE_KEY_ADMINS)).toBe('arn:aws:iam::<AWS::AccountId>:root');
  }
});

test('no function has a reserved concurrency: a new account could not be deployed to', () => {
  expect(functions.filter(one => 'ReservedConcurrentExecutions' in one)).toEqual([]);
});

test('a stage reserves concurrency for the functions that it names', () => {
  const reserved = deploy({ ...stages.dev, reservedConcurrency: { 'refresh-key': 20, certify: 5 } })
    .all('AWS::Lambda::Function')
    .filter(({ properties }) => 'ReservedConcurrentExecutions' in properties)
    .map(({ properties }) => [properties.FunctionName, properties.ReservedConcurrentExecutions]);
  expect(Object.fromEntries(reserved)).toEqual({
    'license-server-dev-refresh-key': 20,
    'license-server-dev-certify': 5,
  });
});

test('a stage that traces lets every function and the API send traces, and gives no other right', () => {
  const traced = deploy({ ...stages.dev, tracing: true });
  const named = traced.all('AWS::Lambda::Function').filter(({ properties }) => 'FunctionName' in properties);
  expect(named.filter(({ properties }) => Object(properties.TracingConfig).Mode !== 'Active')).toEqual([]);
  expect(traced.all('AWS::ApiGateway::Stage')[0]?.properties.TracingEnabled).toBe(true);
  const lines = (of: Deployment) =>
    rolesOf(of).map(({ role, permissions }) => [role.path, permissions.map(line)] as const);
  const untraced = new Map(lines(deploy(stages.dev)));
  for (const [path, permissions] of lines(traced)) {
    const added = permissions.filter(permission => !untraced.get(path)?.includes(permission)).sort();
    const isRow = rowPaths.has(path);
    expect([path, added]).toEqual([path, isRow ? ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'] : []]);
  }
});
