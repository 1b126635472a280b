// Prints what jest ran: the skipped tests with the reason that their titles give, then the counts on one plain line.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = results.testResults.flatMap(file => file.assertionResults);
for (const { fullName } of tests.filter(test => test.status === 'pending')) console.log(`skipped: ${fullName}`);
const suites = results.numRuntimeErrorTestSuites;
if (suites > 0) console.log(`${suites} test files could not run`);
const count = status => tests.filter(test => test.status === status).length;
console.log(`${count('passed')} passed, ${count('failed') + suites} failed, ${count('pending')} skipped`);
