import { extname } from 'node:path';
import * as z from 'zod';
import { createSite } from '../../lambdas/site-licensing/operations/create-site/schema.ts';
import { parseCsv } from '../csv.ts';
import { UsageError } from '../exit.ts';
import { readText } from '../reading.ts';

/** A site that is to be made. */
export interface WantedSite {
  /** `<enterpriseId>/<siteRef>`: one site, however often the file is read; its key has this name in the key store too */
  readonly name: string;
  readonly input: z.infer<typeof createSite.body>;
}

interface Row {
  readonly place: string;
  readonly cells: unknown;
  /** what is wrong before anything is read in the cells */
  readonly ragged?: string;
}

const Rows = z.union([z.array(z.unknown()), z.object({ sites: z.array(z.unknown()) })]);
const mostShown = 20;

/**
 * CSV with the header `enterpriseId,siteRef,state,mode`, or JSON: a list of objects with these members.
 * @throws UsageError with every place that is wrong
 */
export function readSiteFile(path: string): WantedSite[] {
  const rows = extname(path).toLowerCase() === '.json' ? jsonRows(path) : csvRows(path);
  const wrong: string[] = [];
  const sites = new Map<string, WantedSite>();
  for (const { place, cells, ragged } of rows) {
    const parsed = createSite.body.safeParse(cells);
    const name = parsed.success ? `${parsed.data.enterpriseId}/${parsed.data.siteRef}` : '';
    if (ragged) wrong.push(`${place}: ${ragged}`);
    else if (!parsed.success)
      wrong.push(...parsed.error.issues.map(issue => `${place}: ${issue.path} ${issue.message}`));
    else if (sites.has(name)) wrong.push(`${place}: this reference stands there for the second time`);
    else sites.set(name, { name, input: parsed.data });
  }
  if (wrong.length > 0) throw new UsageError(wrongText(path, wrong));
  if (sites.size === 0) throw new UsageError(`${path} holds no sites.`);
  return [...sites.values()];
}

function csvRows(path: string): Row[] {
  const [header, ...rows] = parseCsv(readText(path), path);
  const names = header?.cells ?? [];
  assertColumns(names, path);
  return rows.map(({ line, cells }) => ({
    place: `line ${line}`,
    cells: Object.fromEntries(names.map((name, at) => [name, cells[at] || undefined] as const)),
    ...(cells.length !== names.length && { ragged: `has ${cells.length} columns, not ${names.length}` }),
  }));
}

/** A column that nobody knows is a slip, and one that stands there twice would hide the other. */
function assertColumns(names: readonly string[], path: string): void {
  const known = Object.keys(createSite.body.shape);
  if (!names.includes('siteRef'))
    throw new UsageError(`${path} must begin with the line "${known}", with commas between, or end with .json.`);
  const odd = names.find((name, at) => !known.includes(name) || names.indexOf(name) !== at);
  if (odd !== undefined)
    throw new UsageError(`${path} has a column ${JSON.stringify(odd)} too many; the columns are: ${known.join(', ')}.`);
}

function jsonRows(path: string): Row[] {
  const parsed = Rows.safeParse(parseJson(path));
  if (!parsed.success) throw new UsageError(`${path} must hold a JSON list of sites, or {"sites": [...]}.`);
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.sites;
  return list.map((cells, at) => ({ place: `site ${at + 1}`, cells }));
}

function parseJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no JSON.`);
  }
}

function wrongText(path: string, wrong: readonly string[]): string {
  const more = wrong.length > mostShown ? [`  … and ${wrong.length - mostShown} more`] : [];
  return [`${path} is wrong; nothing was sent.`, ...wrong.slice(0, mostShown).map(text => `  ${text}`), ...more].join(
    '\n',
  );
}
