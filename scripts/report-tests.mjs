// Prints what jest ran: the skipped tests with the reason that their titles give, the time of each folder of tests, the slowest files,
// then the counts on one plain line.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = results.testResults.flatMap(file => file.assertionResults);
for (const { fullName } of tests.filter(test => test.status === 'pending')) console.log(`skipped: ${fullName}`);

const files = results.testResults.map(({ name, startTime, endTime }) => ({
  name: relative('.', name),
  seconds: (endTime - startTime) / 1000,
}));
const minutesOf = new Map();
for (const { name, seconds } of files) {
  const [, folder] = name.split('/');
  minutesOf.set(folder, (minutesOf.get(folder) ?? 0) + seconds / 60);
}
const inOrder = pairs => pairs.sort(([, a], [, b]) => b - a);
console.log('minutes of each folder of tests (files run side by side):');
for (const [folder, minutes] of inOrder([...minutesOf])) console.log(`${minutes.toFixed(1).padStart(7)}  ${folder}`);
console.log('the ten slowest files, in seconds:');
for (const [name, seconds] of inOrder(files.map(({ name, seconds }) => [name, seconds])).slice(0, 10))
  console.log(`${seconds.toFixed(0).padStart(7)}  ${name}`);

const suites = results.numRuntimeErrorTestSuites;
if (suites > 0) console.log(`${suites} test files could not run`);
const count = status => tests.filter(test => test.status === status).length;
console.log(`${count('passed')} passed, ${count('failed') + suites} failed, ${count('pending')} skipped`);
