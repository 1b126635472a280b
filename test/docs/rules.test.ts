import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const numbers = new Set(
  [...readFileSync('docs/rules.md', 'utf8').matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map(([, number]) => number),
);
const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n').filter(Boolean);
const citations = files.flatMap(file =>
  [...readFileSync(file, 'utf8').matchAll(/docs\/rules\.md (\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)/g)].flatMap(
    ([, cited = '']) => cited.split(', ').map(number => ({ file, number })),
  ),
);

describe('docs/rules.md', () => {
  it('is cited by number in the code, and every cited number is there', () => {
    expect(citations.length).toBeGreaterThan(30);
    expect(citations.filter(({ number }) => !numbers.has(number))).toEqual([]);
  });

  it('is the one document of rules: no file cites another that is not in the repository', () => {
    const foreign = files.filter(file => /(?<![\w/.-])design\.md/.test(readFileSync(file, 'utf8')));
    expect(foreign.filter(file => file !== 'test/docs/rules.test.ts')).toEqual([]);
  });
});
