// ESM only: middy 7 has no CommonJS build. CDK tests are a project of their own, since the first import of aws-cdk-lib takes seconds.
// A zone in which it is mostly another day than in UTC: what reads the zone of the machine is found on every machine.
process.env.TZ ??= 'Pacific/Kiritimati';

// Programs that tests start are compiled once, not at each start.
process.env.NODE_COMPILE_CACHE ??= new URL('node_modules/.cache/compile', import.meta.url).pathname;

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  setupFiles: ['<rootDir>/test/support/one-realm.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/.local/', '/cdk.out/'],
};

export default {
  maxWorkers: 2,
  // Nothing is asserted about time; this limit, the only one, ends what hangs, also on a slow machine.
  testTimeout: 900_000,
  projects: [
    {
      ...shared,
      displayName: 'server',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, '<rootDir>/test/lib/'],
    },
    { ...shared, displayName: 'cdk', testMatch: ['<rootDir>/test/lib/**/*.test.ts'] },
  ],
};
