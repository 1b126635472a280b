import { mkdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import * as z from 'zod';
import { runProgram } from '../programs.ts';

/** What runs on Amazon DynamoDB Local; each test file starts a program, and so has a table, of its own. */
const campaigns = {
  functions: [
    'test/bars/grants.test.ts',
    'test/bars/cost.test.ts',
    'test/bars/strong-reads.test.ts',
    'test/platform/(alerts|storage|streams)/',
    'test/platform/trust/(link-not|token-of|trust-record)',
    'test/site-licensing/(counter-attributes|new-keys|one-key)',
    'test/local/dynamodb-refusals.test.ts',
    'test/local/start-dynamodb-local.test.ts',
    'test/local/start-stream.test.ts',
    'test/local/write-units.test.ts',
  ],
  'r1-r2': ['test/bars/refresh-survives.test.ts', 'test/bars/one-clone-wins.test.ts'],
  'r3-r4': ['test/bars/lost-replies.test.ts', 'test/bars/same-request-once.test.ts'],
  'r5-r6': [
    'test/bars/counters-exact.test.ts',
    'test/bars/events-repeated.test.ts',
    'test/bars/statement-once.test.ts',
  ],
} as const;

/** It answers a hundred times more slowly than the embedded DynamoDB. */
const timeoutMs = 30 * 60_000;

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(z.object({ name: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const name = z.enum(['functions', 'r1-r2', 'r3-r4', 'r5-r6']).parse(process.argv[2]);
runProgram(process.execPath, ['scripts/independent/dynamodb-local/fetch.ts']);
mkdirSync('build', { recursive: true });
const output = `build/dynamodb-local-${name}.json`;
const jest = ['--silent', '--ci', '--testTimeout', String(timeoutMs), '--json', `--outputFile=${output}`];
try {
  runProgram('npm', ['test', '--silent', '--', ...jest, ...campaigns[name]], { LICENSE_SERVER_DYNAMODB: 'local' });
} finally {
  report(Report.parse(JSON.parse(readFileSync(output, 'utf8'))));
}

function report({ numPassedTests, numFailedTests, numPendingTests, testResults }: z.infer<typeof Report>): void {
  console.log('\nOn Amazon DynamoDB Local 2.6.1:');
  for (const { name, assertionResults } of testResults)
    console.log(`  ${String(assertionResults.length).padStart(4)} cases  ${relative('', name)}`);
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
