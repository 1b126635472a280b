const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** Who may import whom (docs/architecture.md). */
const within = (...folders) => ({ path: folders.map(folder => `^${folder}/`) });
const awsSdk = 'node_modules/(@aws-sdk|@smithy)/';

/** Product areas: every folder of `lambdas/` but the platform. */
const areas = readdirSync(join(__dirname, 'lambdas'), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && entry.name !== 'platform')
  .map(({ name }) => name);

/** The one area that an area may import beside itself. */
const importedArea = { billing: 'site-licensing' };

/** An area imports the platform and itself, in `domain/` and in `lambdas/` alike. */
const areaRules = areas.map(area => ({
  name: `${area}-imports-the-platform-and-itself`,
  severity: 'error',
  from: { path: `^(domain|lambdas)/${area}/` },
  to: {
    path: `^(domain|lambdas)/(${areas.join('|')})/`,
    pathNot: [area, importedArea[area]].filter(Boolean).map(name => `^(domain|lambdas)/${name}/`),
  },
}));

/** The order inside the platform: a part imports the parts before it. Its operations, functions and rows are above request handling. */
const order = ['kernel', 'aws', 'storage', 'audit', 'changes', 'alerts', 'background', 'identity|trust', 'request'];
const entryPoints = '(operations|scheduled|streams|functions|shapes)/|rows\\.ts$';
const orderRules = order.map((part, i) => ({
  name: `platform-order-${part.replace('|', '-')}`,
  comment: `${order.join(' <- ')}`,
  severity: 'error',
  from: { path: `^lambdas/platform/(${part})/`, pathNot: `^lambdas/platform/[^/]+/(${entryPoints})` },
  to: { path: `^lambdas/platform/(${order.slice(i + 1).join('|') || 'nothing-follows'})/` },
}));

/** The same for the rules: `domain/kernel` imports nothing else of the project. */
const domainOrder = ['kernel', 'chain', 'alerts|audit', 'identity|trust'];
const domainOrderRules = domainOrder.map((part, i) => ({
  name: `domain-order-${part.replace('|', '-')}`,
  comment: `${domainOrder.join(' <- ')}`,
  severity: 'error',
  from: { path: `^domain/(${part})/` },
  to: { path: `^domain/(${domainOrder.slice(i + 1).join('|') || 'nothing-follows'})/` },
}));

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The rules import zod and one another, nothing else: no I/O, no AWS, no Node built-in.',
      severity: 'error',
      from: within('domain'),
      to: { pathNot: ['^domain/', 'node_modules/zod/'] },
    },
    {
      name: 'platform-never-imports-an-area',
      severity: 'error',
      from: { path: `^(lambdas/platform|domain/(${domainOrder.join('|')}))/` },
      to: { path: `^(domain|lambdas)/(${areas.join('|')})/` },
    },
    ...areaRules,
    ...orderRules,
    ...domainOrderRules,
    {
      name: 'handler-imports-no-other-operation',
      severity: 'error',
      from: { path: '^lambdas/(.+)/operations/([^/]+)/handler\\.ts$' },
      to: { path: '/operations/', pathNot: '^lambdas/$1/operations/$2/' },
    },
    {
      name: 'schema-is-light',
      comment: 'A schema is read by the table, the documents and the tests: it imports no adapter.',
      severity: 'error',
      from: { path: '^lambdas/.+/(operations|functions)/[^/]+/schema\\.ts$' },
      to: { path: '^lambdas/', pathNot: ['/request/contract\\.ts$', '/shapes/'] },
    },
    {
      name: 'adapters-import-no-request-handling',
      severity: 'error',
      from: { path: '^lambdas/[^/]+/storage/' },
      to: { path: '^lambdas/platform/request/' },
    },
    {
      name: 'only-adapters-know-aws',
      comment: 'The AWS SDK is known to adapters, the local run, the tests, and those commands that work on a stage with AWS credentials.',
      severity: 'error',
      from: { path: '^(lambdas|domain|sdk|cli|lib)/', pathNot: ['^lambdas/platform/(kernel|aws|storage|audit|changes|alerts|trust)/[^/]+\\.ts$', '^lambdas/[^/]+/storage/', '^cli/aws/'] },
      to: { path: awsSdk },
    },
    {
      name: 'nothing-deployed-imports-the-sums',
      comment: 'operations.ts and its like carry every schema: a bundle must not. problems.ts holds texts alone.',
      severity: 'error',
      from: { path: '^(lambdas/.+/|domain/)', pathNot: '/rows\\.ts$' },
      to: { path: ['^lambdas/[^/]+\\.ts$', '/rows\\.ts$'], pathNot: '^lambdas/problems\\.ts$' },
    },
    {
      name: 'lib-sees-tables-and-settings',
      comment: 'What is deployed is described by the tables, the names of settings, the key rings and the name of the dead-letter queue.',
      severity: 'error',
      from: within('lib'),
      to: {
        path: '^(lambdas|domain|local|sdk|cli)/',
        pathNot: '^(lambdas/[^/]+\\.ts|lambdas/platform/(area|kernel/(settings|grants|signing-key-policy)|request/problem-type)\\.ts|domain/(trust/key-ring|kernel/dead-letter-queue)\\.ts)$',
      },
    },
    {
      name: 'lib-areas-are-apart',
      comment: 'A construct of the platform knows that areas exist, and none of them.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/areas/' },
      to: { path: '^lib/areas/', pathNot: '^lib/areas/areas?\\.ts$' },
    },
    {
      name: 'sdk-knows-types-only',
      comment: 'The client library shares types with the server, and the pure verifier.',
      severity: 'error',
      from: within('sdk'),
      // operations.ts for its types; test/sdk/imports.test.ts shows that it is never imported for more
      to: { path: '^(lambdas|local|lib|cli)/', pathNot: '^lambdas/operations\\.ts$' },
    },
    {
      name: 'examples-know-the-sdk-only',
      comment: 'The services are what a customer writes: nothing of the server helps them. The story around them may use the local run.',
      severity: 'error',
      from: { path: '^examples/', pathNot: '^examples/(story/|run\\.ts$)' },
      to: { path: '^(lambdas|domain|local|lib|cli)/' },
    },
    {
      name: 'client-secrets-use-the-sdk',
      comment: "The rotation function runs in the application's own account: it is the client library, zod and Secrets Manager.",
      severity: 'error',
      from: within('client-secrets'),
      to: { pathNot: ['^(client-secrets|sdk|domain)/', 'node_modules/zod/', 'node_modules/@aws-sdk/client-secrets-manager/'] },
    },
    {
      name: 'nothing-imports-client-secrets',
      comment: 'It is bundled, and deployed elsewhere; the story of the examples plays where it is deployed.',
      severity: 'error',
      from: { pathNot: '^(client-secrets|test|examples/story)/' },
      to: within('client-secrets'),
    },
    { name: 'tests-never-import-tests', severity: 'error', from: within('test'), to: { path: '\\.test\\.ts$' } },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-missing', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^aws-lambda$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'] },
  },
};
