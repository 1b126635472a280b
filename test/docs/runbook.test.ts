import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { runbookAnchors } from '../../lib/monitoring/runbook.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/runbook.md', root), 'utf8');

/** As renderers make them: lower case, dashes for spaces, no other marks. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
const anchors = anchorsOf(page);

it.each(runbookAnchors)('has the chapter %s, which alarms link to', anchor => {
  expect(anchors).toContain(anchor);
});

it('links within itself go somewhere', () => {
  const links = [...page.matchAll(/\]\(#([a-z0-9-]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter(anchor => !anchors.some(known => known === anchor))).toEqual([]);
});

it('names scripts that are there', () => {
  const scripts = [...page.matchAll(/scripts\/runbook\/[a-z-]+\.ts/g)].map(([path]) => path);
  expect([...new Set(scripts)].sort()).toEqual([
    'scripts/runbook/check-table.ts',
    'scripts/runbook/compare-tables.ts',
    'scripts/runbook/replace-operator-key.ts',
  ]);
  expect(scripts.filter(path => !existsSync(new URL(path, root)))).toEqual([]);
});

it('names chapters only once', () => {
  expect(anchors.filter((anchor, i) => anchors.indexOf(anchor) !== i)).toEqual([]);
});

it('closes and opens every method, since some have limits of their own', () => {
  expect(page).toContain('--query methodSettings');
  expect(page).not.toContain('path=/*/*/throttling');
});
