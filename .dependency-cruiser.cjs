/** Who may import whom (docs/architecture.md). */
const within = (...folders) => ({ path: folders.map(folder => `^${folder}/`) });
const awsSdk = 'node_modules/(@aws-sdk|@smithy)/';

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
      name: 'handler-stays-in-its-lane',
      comment: 'A handler imports its schema, domain, the pipeline and the adapters that it needs; never another operation, never the table.',
      severity: 'error',
      from: { path: '^lambdas/operations/([^/]+)/handler\\.ts$' },
      to: { pathNot: ['^lambdas/operations/$1/', '^domain/', '^lambdas/pipeline/', '^lambdas/adapters/'] },
    },
    {
      name: 'schema-is-light',
      comment: 'A schema is read by the table, the documents and the tests: it brings no adapter.',
      severity: 'error',
      from: { path: '^lambdas/(operations|trust)/[^/]+/schema\\.ts$' },
      to: { pathNot: ['^domain/', '^lambdas/pipeline/(contract\\.ts$|shapes/)', 'node_modules/zod/'] },
    },
    {
      name: 'only-adapters-know-aws',
      comment: 'The AWS SDK is known to adapters, the local run, the tests, and those commands that work on a stage with AWS credentials.',
      severity: 'error',
      from: { path: '^(lambdas|domain|sdk|cli|lib)/', pathNot: ['^lambdas/(adapters/|runtime\\.ts$)', '^cli/aws/'] },
      to: { path: awsSdk },
    },
    {
      name: 'nothing-deployed-imports-the-tables',
      comment: 'operations.ts carries every schema: a bundle must not.',
      severity: 'error',
      from: { path: '^(lambdas/(operations/.+|pipeline|adapters|scheduled|streams|trust)/|domain/)' },
      to: { path: '^lambdas/(operations|schedules)\\.ts$' },
    },
    {
      name: 'lib-sees-tables-and-settings',
      comment: 'What is deployed is described by the tables, the names of settings and the rings of keys.',
      severity: 'error',
      from: within('lib'),
      to: { path: '^(lambdas|domain|local|sdk|cli)/', pathNot: '^(lambdas/(operations|schedules|problems|environment|grants|signing-key-policy)|domain/key-ring)\\.ts$' },
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
      name: 'nobody-imports-client-secrets',
      comment: 'It is bundled, and deployed elsewhere; the story of the examples plays where it is deployed.',
      severity: 'error',
      from: { pathNot: '^(client-secrets|test|examples/story)/' },
      to: within('client-secrets'),
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-missing', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^aws-lambda$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'] },
  },
};
