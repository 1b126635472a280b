import { oneLine } from './escape-control-characters.ts';

interface Column {
  readonly heading: string;
  readonly cells: readonly string[];
  readonly width: number;
}

const between = '  ';
const indent = '  ';

/**
 * Formats rows under headings, each column as wide as its widest cell. If the table is too wide, constant columns are moved
 * above it, and rows wrap with indentation. Cells are never truncated, since people copy ids.
 * @returns lines
 */
export function tableLines<C extends string>(
  headings: Readonly<Record<C, string>>,
  rows: readonly Readonly<Partial<Record<NoInfer<C>, string | number | undefined>>>[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const names = Object.keys(headings).filter((name): name is C => name in headings);
  const columns = names.map(name =>
    columnOf(
      headings[name],
      rows.map(row => oneLine(String(row[name] ?? ''))),
    ),
  );
  if (widthOf(columns) <= width) return linesOf([columns], rows.length);
  const [same, differing] = splitConstant(columns);
  const above = same.map(({ heading, cells }) => `in all: ${heading} ${cells[0]}`);
  return [...above, ...linesOf(wrapColumns(differing, width), rows.length)];
}

function columnOf(heading: string, cells: readonly string[]): Column {
  return { heading, cells, width: Math.max(...[heading, ...cells].map(text => text.length)) };
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + between.length, -between.length);
}

/** Splits columns into those with one constant value, and the others (always including the first). */
function splitConstant(columns: readonly Column[]): [Column[], Column[]] {
  const isSame = ({ cells }: Column, at: number) => at > 0 && cells.length > 1 && new Set(cells).size === 1;
  return [columns.filter(isSame), columns.filter((column, at) => !isSame(column, at))];
}

/** Distributes columns over lines of at most the given width, at least one per line. */
function wrapColumns(columns: readonly Column[], width: number): Column[][] {
  const parts: Column[][] = [];
  for (const column of columns) {
    const last = parts.at(-1);
    const room = parts.length > 1 ? width - indent.length : width;
    if (last && widthOf([...last, column]) <= room) last.push(column);
    else parts.push([column]);
  }
  return parts;
}

function linesOf(parts: readonly (readonly Column[])[], rows: number): string[] {
  const row = (cellOf: (column: Column) => string) =>
    parts
      .map((columns, at) => {
        const line = columns.map(column => cellOf(column).padEnd(column.width)).join(between);
        return `${at > 0 ? indent : ''}${line}`.trimEnd();
      })
      .filter((line, at) => at === 0 || line !== '');
  const below = Array.from({ length: rows }, (_, at) => row(({ cells }) => cells[at] ?? ''));
  return [row(({ heading }) => heading), ...below].flat();
}
