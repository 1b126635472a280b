import { UsageError } from './exit.ts';

/** A record of a CSV file. */
export interface CsvRow {
  /** First line of the record, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Parses CSV (RFC 4180). @throws UsageError with the invalid line */
export function parseCsv(text: string, path: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const cells: string[] = [];
    const begin = line;
    for (let separator = ','; separator === ','; ) {
      const cell = cellAt(text, at);
      const next = cell && separatorAt(text, cell.end);
      if (cell === undefined || next === undefined)
        throw new UsageError(
          `The file ${path} is invalid in line ${line}: expected CSV (RFC 4180), got an unexpected quote or line end.`,
        );
      cells.push(cell.value);
      const end = cell.end + next.length;
      line += text.slice(at, end).split('\n').length - 1;
      at = end;
      separator = next;
    }
    if (cells.some(cell => cell !== '')) rows.push({ line: begin, cells });
  }
  return rows;
}

interface Cell {
  readonly value: string;
  readonly end: number;
}

/** Reads the cell at a position; undefined for an unclosed quote. */
function cellAt(text: string, at: number): Cell | undefined {
  if (text[at] !== '"') {
    const value = matchAt(/[^",\r\n]*/y, text, at) ?? '';
    return { value, end: at + value.length };
  }
  const end = closingQuote(text, at + 1);
  return end < 0 ? undefined : { value: text.slice(at + 1, end).replaceAll('""', '"'), end: end + 1 };
}

/** Returns the position of the closing quote, or -1. Without a regular expression, which overflows the stack on cells of megabytes. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function separatorAt(text: string, at: number): string | undefined {
  return matchAt(/,|\r?\n|$/y, text, at);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
