import { extname } from 'node:path';
import * as z from 'zod';
import { createSite } from '../../lambdas/site-licensing/operations/create-site/schema.ts';
import { parseCsv } from '../csv.ts';
import { UsageError } from '../exit.ts';
import { readText } from '../reading.ts';

/** A site to be created. */
export interface SiteRequest {
  /** `<enterpriseId>/<siteRef>`; also the name of its key in the key store. */
  readonly name: string;
  readonly input: z.infer<typeof createSite.body>;
}

interface Row {
  readonly place: string;
  readonly cells: unknown;
  /** Fault of the row itself, before its cells are parsed. */
  readonly ragged?: string;
}

const Rows = z.union([z.array(z.unknown()), z.object({ sites: z.array(z.unknown()) })]);
const maxShown = 20;

/**
 * Reads sites from CSV with the header `enterpriseId,siteRef,state,mode`, or from JSON: a list of objects with these members.
 * @throws UsageError with all faults
 */
export function readSiteFile(path: string): SiteRequest[] {
  const rows = extname(path).toLowerCase() === '.json' ? jsonRows(path) : csvRows(path);
  const wrong: string[] = [];
  const sites = new Map<string, SiteRequest>();
  for (const { place, cells, ragged } of rows) {
    const parsed = createSite.body.safeParse(cells);
    const name = parsed.success ? `${parsed.data.enterpriseId}/${parsed.data.siteRef}` : '';
    if (ragged) wrong.push(`${place}: ${ragged}`);
    else if (!parsed.success)
      wrong.push(...parsed.error.issues.map(issue => `${place}: ${issue.path} ${issue.message}`));
    else if (sites.has(name)) wrong.push(`${place}: the reference occurs twice`);
    else sites.set(name, { name, input: parsed.data });
  }
  if (wrong.length > 0) throw new UsageError(wrongText(path, wrong));
  if (sites.size === 0) throw new UsageError(`The file ${path} is empty: expected sites.`);
  return [...sites.values()];
}

function csvRows(path: string): Row[] {
  const [header, ...rows] = parseCsv(readText(path), path);
  const names = header?.cells ?? [];
  assertColumns(names, path);
  return rows.map(({ line, cells }) => ({
    place: `line ${line}`,
    cells: Object.fromEntries(names.map((name, at) => [name, cells[at] || undefined] as const)),
    ...(cells.length !== names.length && { ragged: `expected ${names.length} columns, got ${cells.length}` }),
  }));
}

/** Refuses unknown and duplicate columns. */
function assertColumns(names: readonly string[], path: string): void {
  const known = Object.keys(createSite.body.shape);
  if (!names.includes('siteRef'))
    throw new UsageError(
      `The file ${path} is invalid: expected the header "${known}", or a name that ends with .json.`,
    );
  const odd = names.find((name, at) => !known.includes(name) || names.indexOf(name) !== at);
  if (odd !== undefined)
    throw new UsageError(
      `The column ${JSON.stringify(odd)} of ${path} is invalid: expected each of ${known.join(', ')} at most once.`,
    );
}

function jsonRows(path: string): Row[] {
  const parsed = Rows.safeParse(parseJson(path));
  if (!parsed.success)
    throw new UsageError(`The file ${path} is invalid: expected a JSON list of sites, or {"sites": [...]}.`);
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.sites;
  return list.map((cells, at) => ({ place: `site ${at + 1}`, cells }));
}

function parseJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`The file ${path} is invalid: expected JSON.`);
  }
}

function wrongText(path: string, wrong: readonly string[]): string {
  const more = wrong.length > maxShown ? [`  … and ${wrong.length - maxShown} more`] : [];
  return [
    `The file ${path} is invalid; nothing was sent.`,
    ...wrong.slice(0, maxShown).map(text => `  ${text}`),
    ...more,
  ].join('\n');
}
