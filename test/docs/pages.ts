import { readdirSync, readFileSync } from 'node:fs';

export const root = new URL('../../', import.meta.url);

export interface Page {
  /** from the root: `docs/alerts.md` */
  readonly path: string;
  readonly text: string;
}

/** Every document that people read. */
export const pages: readonly Page[] = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(new URL('docs', root), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
].map(path => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));

/** What a link may go to: headings as renderers name them (lower case, dashes for spaces, no other marks), and anchors of our own. */
export function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase());
  const named = headings.map(title => title.replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'));
  return [...named, ...[...text.matchAll(/<a id="([^"]+)"/g)].flatMap(([, id]) => id ?? [])];
}
