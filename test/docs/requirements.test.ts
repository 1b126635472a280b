import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/requirements.md', root), 'utf8');
const named = [...page.matchAll(/`(test\/[^`]+)`/g)].flatMap(([, path]) => path ?? []);

it.each([...new Set(named)])('%s is there', path => {
  const [folder = '', prefix] = path.split(/(?<=\/)(?=[^/]*\*)/);
  const found =
    prefix === undefined
      ? existsSync(new URL(path, root))
      : readdirSync(new URL(folder, root)).some(name => name.startsWith(prefix.split('*')[0] ?? ''));
  expect(found).toBe(true);
});

const cited = [...page.matchAll(/`(test\/[^`]+\.ts)` “([^”]+)”/g)].map(([, path = '', title = '']) => [path, title]);

it('cites a test by its title for each of the ten decisions and the two interpretations', () => {
  const rows = page.split('\n').filter(line => /^\| \d+\. |^\| (enterprise keys|the limit of 12)/.test(line));
  expect(rows).toHaveLength(12);
  for (const row of rows) expect(row).toMatch(/`test\/[^`]+\.ts` “/);
});

it.each(cited)('%s has a test titled “%s”', (path = '', title = '') => {
  expect(readFileSync(new URL(path, root), 'utf8')).toContain(title);
});
