import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { expect, it } from '@jest/globals';

/** The one limit of tests and hooks, which ends what hangs (jest.config.mjs). */
const longestTestMs = 900_000;

/** Programs and waits of tests are ended after a time of support/hangs-after.ts. */
const limits = [
  { what: 'a limit of a test file', pattern: /^jest\.setTimeout\((\d[\d_]*)\)/ },
  { what: 'a limit of a test or a hook', pattern: /^\s*\}, (\d[\d_]*)\);/ },
  { what: 'a limit of a program', pattern: /\btimeout: (\d[\d_]*)/ },
  { what: 'a limit of a request', pattern: /AbortSignal\.timeout\((\d[\d_]*)/ },
  { what: 'a deadline', pattern: /(?:performance|Date)\.now\(\) \+ (\d[\d_]*)/ },
] as const;

function limitsIn(text: string): string[] {
  return text.split('\n').flatMap((line, i) =>
    limits.flatMap(({ what, pattern }) => {
      const [, number = ''] = pattern.exec(line) ?? [];
      return number && Number(number.replaceAll('_', '')) <= longestTestMs ? [`${i + 1}: ${what}`] : [];
    }),
  );
}

it('no test passes or fails by the speed of the machine: none has a time limit of its own', async () => {
  const found: string[] = [];
  for await (const path of glob('test/**/*.ts'))
    if (!path.endsWith('time-limits.test.ts'))
      found.push(...limitsIn(readFileSync(path, 'utf8')).map(limit => `${path}:${limit}`));
  expect(found).toEqual([]);
});

it.each([
  'jest.setTimeout(90_000);',
  'jest.setTimeout(900_000);',
  '}, 15_000);',
  'const options = { timeout: 20_000 };',
  'signal: AbortSignal.timeout(5000),',
  'const until = Date.now() + 3000;',
])('finds %s', line => {
  expect(limitsIn(line)).toHaveLength(1);
});

it.each(['const options = { timeout: hangsAfterMs };', 'setInterval(() => {}, 1000);`;'])('leaves %s', line => {
  expect(limitsIn(line)).toEqual([]);
});
