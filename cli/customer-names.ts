import { readFileSync } from 'node:fs';
import { EnterpriseId } from '../domain/ids.ts';
import { UsageError } from './end.ts';

/**
 * Finance's own file of names, `enterpriseId,name` (RFC 4180), for reading in the terminal only: nothing of it is sent or written.
 * @throws UsageError with the line that is wrong
 */
export function readCustomerNames(path: string): Map<string, string> {
  const [header, ...rows] = parseCsv(readText(path), path);
  if (header?.cells.join() !== 'enterpriseId,name')
    throw new UsageError(`${path} must begin with the line "enterpriseId,name", with a comma between.`);
  const names = new Map<string, string>();
  for (const { line, cells } of rows) {
    const [id = '', name = ''] = cells;
    const wrong =
      cells.length !== 2
        ? `has ${cells.length} columns, not 2: a name with a comma needs quotes`
        : !EnterpriseId.safeParse(id).success
          ? 'does not begin with an enterprise id, such as hub-abcdefghijklmnop'
          : names.has(id)
            ? 'names an enterprise for the second time'
            : '';
    if (wrong) throw new UsageError(`${path}, line ${line} ${wrong}.`);
    names.set(id, printable(name));
  }
  return names;
}

interface Row {
  /** where it begins, from 1 */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Cells may stand in quotes, and a quote in them twice; what spreadsheets put before the first line is left out. */
function parseCsv(text: string, path: string): Row[] {
  const rows: Row[] = [];
  let line = 1;
  let rest = text.replace(/^\uFEFF/, '');
  while (rest.length > 0) {
    const cells: string[] = [];
    const begin = line;
    for (let end = ','; end === ','; ) {
      const [whole, quoted, plain, separator] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/.exec(rest) ?? [];
      if (whole === undefined || separator === undefined)
        throw new UsageError(`${path}, line ${line} is no CSV: a quote stands where none may.`);
      cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
      line += whole.split('\n').length - 1;
      rest = rest.slice(whole.length);
      end = separator;
    }
    if (cells.some(cell => cell !== '')) rows.push({ line: begin, cells });
  }
  return rows;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Without what would move the cursor or colour the terminal. */
function printable(name: string): string {
  return name.replace(/\p{C}+/gu, ' ').trim();
}
