import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { anchorsOf, pages, root } from './pages.ts';

const links = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => [path, target] as const),
);

it.each(links)('%s links %s, which is there', (from, target) => {
  const url = new URL(target, new URL(from, root));
  expect(url.protocol).toBe('file:');
  const anchor = url.hash.slice(1);
  url.hash = '';
  expect(existsSync(url)).toBe(true);
  if (anchor !== '') expect(anchorsOf(readFileSync(url, 'utf8'))).toContain(anchor);
});

const named = pages
  .filter(({ path }) => !path.startsWith('docs/adr/'))
  .flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:lib|local|scripts|docs|cli|sdk|bench)\/[\w./-]+\.\w+)`/g)].map(
      ([, file = '']) => [path, file] as const,
    ),
  );

it.each(named)('%s names %s, which is there', (_from, file) => {
  expect(existsSync(new URL(file, root))).toBe(true);
});
