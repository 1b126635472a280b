import { readFileSync } from 'node:fs';
import { operations } from '../../lambdas/operations.ts';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import { defaultKmsQuotas } from '../../lib/api/throttles.ts';
import { stages } from '../../lib/stages.ts';
import { deploy } from '../lib/support/deployment.ts';

const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
const table = page.slice(page.indexOf('## What a stage costs at rest'), page.indexOf('What adds to it'));
const deployment = deploy(stages.prod);

/** A row of the table of costs: its formula's two numbers, and what it comes to. */
function costOf(row: RegExp): { count: number; each: number; sum: number } {
  const cells = table.split('\n').find(line => row.test(line)) ?? '';
  const [, count, each, sum] = /\| (\d+) × ([\d.]+) \| ([\d.]+) \|$/.exec(cells) ?? [];
  return { count: Number(count), each: Number(each), sum: Number(sum) };
}

test.each([
  [/^\| KMS keys/, 'AWS::KMS::Key', 1],
  [/^\| secrets/, 'AWS::SecretsManager::Secret', 0.4],
  [/^\| dashboard/, 'AWS::CloudWatch::Dashboard', 3],
])('the cost of %s is that of the template', (row, type, each) => {
  const count = deployment.all(type).length;
  expect(costOf(row)).toEqual({ count, each, sum: count * each });
});

test('the cost of alarms is that of the template: each costs what its metrics cost', () => {
  const metrics = deployment
    .all('AWS::CloudWatch::Alarm')
    .map(({ properties: { Metrics } }) => [Metrics ?? {}].flat().filter(one => !('Expression' in Object(one))).length);
  const count = metrics.reduce((sum, one) => sum + one);
  expect(costOf(/^\| alarms/)).toEqual({ count, each: 0.1, sum: count / 10 });
  expect(page).toContain(`alarms: ${metrics.length}, one of them over two metrics`);
});

test('the sum of the costs is the sum of the rows, and what 100 enterprises add is told with it', () => {
  const costs = [...table.matchAll(/\| (\d+\.\d\d) \|$/gm)].map(([, usd]) => Number(usd));
  const sum = costs.reduce((total, usd) => total + usd, 0).toFixed(2);
  expect(page).toContain(`| **sum** | | **${sum}** |`);
  expect(page).toContain(`${sum} + 100 × 1.00 = ${(Number(sum) + 100).toFixed(2)} a month`);
});

/** The shell blocks of the page, in the order in which an operator runs them. */
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);

test('every variable and function is set in a block before it is used', () => {
  const unset = blocks.flatMap((block, i) => {
    const soFar = blocks.slice(0, i + 1).join('');
    const set = [...namesIn(soFar, /(?:^|\s)([A-Z_]+)=/g), 'HOME'];
    const functions = namesIn(soFar, /^([a-z]+)\(\)/gm);
    return [
      ...namesIn(block, /\$\{?([A-Z_]+)/g).filter(name => !set.includes(name)),
      ...namesIn(block, /\$\((output|table|functions|run|alarms)\b/g).filter(name => !functions.includes(name)),
    ];
  });
  expect(unset).toEqual([]);
});

test('the region of the commands is that of the stages', () => {
  expect(namesIn(page, /^export AWS_REGION=(\S+)/gm)).toEqual([stages.prod.region]);
  expect(new Set(Object.values(stages).map(({ region }) => region)).size).toBe(1);
});

test('every output that a command reads is one of the template', () => {
  const read = [...blocks.join('').matchAll(/output (\w+) ([A-Z]\w+)/g)].map(([, stack = '', name = '']) => [
    stack,
    name,
  ]);
  const topics = namesIn(page, /^for topic in (.+); do$/gm).flatMap(names => names.split(' '));
  const needed = [...read, ...topics.map(name => ['store', name])];
  expect(topics.length).toBeGreaterThan(2);
  expect(
    needed.filter(([stack = '', name = '']) => !(name in (deployment.templates.get(stack)?.Outputs ?? {}))),
  ).toEqual([]);
});

test('the arithmetic of the limits is that of the stage', () => {
  const { signing, creatingKeys, requestsPerSecond } = stages.prod.throttling;
  const signs = ({ signsAsEnterprise, invokes = [] }: Grants) => Number(signsAsEnterprise ?? 0) + invokes.length;
  const grants = Object.values(operations).map((row): Grants => row.grants);
  const creating = grants.filter(row => row.makesEnterpriseKeys);
  const each = grants.filter(row => signs(row) > 0 && !row.makesEnterpriseKeys);
  const signatures = creating.reduce((sum, row) => sum + signs(row), 0);
  const rate = signing.requestsPerSecond;
  const slow = creatingKeys.requestsPerSecond;
  expect(each.map(signs)).toEqual(each.map(() => 1));
  expect(page).toContain(
    `| ${each.length}, one signature for each request | ${each.length} × ${rate} = ${each.length * rate} |`,
  );
  expect(page).toContain(
    `${signatures} × ${slow} = ${signatures * slow}, and ${creating.length} × ${slow} = ${creating.length * slow} keys`,
  );
  expect(page).toContain(
    `**${each.length * rate + signatures * slow} of ${thousands(defaultKmsQuotas.signatures)} signatures**`,
  );
  expect(page).toContain(`| \`requestsPerSecond\`: ${thousands(requestsPerSecond)} |`);
});

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}
