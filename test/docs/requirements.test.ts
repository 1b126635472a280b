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
