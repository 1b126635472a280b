import { UsageError } from './end.ts';

/** A line of a CSV file. */
export interface CsvRow {
  /** where it begins, from 1 */
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180: cells may stand in quotes, and a quote in them twice; what spreadsheets put before the first line is left out. @throws UsageError with the line that is wrong */
export function parseCsv(text: string, path: string): CsvRow[] {
  const rows: CsvRow[] = [];
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
