import { readFileSync } from 'node:fs';
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
