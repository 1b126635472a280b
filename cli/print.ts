import { oneLine } from './escape-control-characters.ts';
import { tableLines } from './table.ts';

/** Longer cells, such as keys and links, are printed on separate lines. */
const maxCellLength = 200;

/**
 * Formats an answer for people: aligned names and values, lists as tables or nested blocks. Keys are never truncated,
 * since people copy them.
 *
 * @returns lines
 */
export function aligned(value: unknown, indent = '', width = Number.POSITIVE_INFINITY): string[] {
  if (Array.isArray(value)) return listLines(value, indent, width);
  const entries = Object.entries(Object(value)).filter(([, member]) => member !== undefined);
  const widest = Math.max(0, ...entries.filter(([, member]) => !isTree(member)).map(([name]) => name.length));
  return entries.flatMap(([name, member]) =>
    isTree(member)
      ? [`${indent}${oneLine(name)}`, ...aligned(member, `${indent}  `, width)]
      : [`${indent}${oneLine(name).padEnd(widest)}  ${plain(member)}`.trimEnd()],
  );
}

function listLines(list: readonly unknown[], indent: string, width: number): string[] {
  if (list.length === 0) return [`${indent}(none)`];
  const rows = list.map(rowOf).filter(row => row !== undefined);
  if (rows.length === list.length) {
    const names = new Set(rows.flatMap(row => Object.keys(row)));
    const headings = Object.fromEntries([...names].map(name => [name, name]));
    return tableLines(headings, rows, width - indent.length).map(line => indent + line);
  }
  return list.flatMap((item, index) => {
    const lines = isTree(item) ? aligned(item, `${indent}  `, width) : [`${indent}  ${plain(item)}`];
    const [first = '', ...others] = lines;
    return [...(index > 0 && lines.length > 1 ? [''] : []), `${indent}-${first.slice(indent.length + 1)}`, ...others];
  });
}

/** Returns the cells of an item, or undefined when it does not fit on one line. */
function rowOf(item: unknown): Record<string, string> | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const cells = Object.entries(item).flatMap(([name, member]) =>
    member === undefined ? [] : [[oneLine(name), cellOf(member)] as const],
  );
  return cells.every(([, cell]) => cell !== undefined && cell.length <= maxCellLength)
    ? Object.fromEntries(cells.map(([name, cell = '']) => [name, cell]))
    : undefined;
}

function cellOf(value: unknown): string | undefined {
  if (!isTree(value)) return plain(value);
  if (Array.isArray(value)) return undefined;
  const members = Object.entries(Object(value)).filter(([, member]) => member !== undefined);
  return members.some(([, member]) => isTree(member))
    ? undefined
    : members.map(([name, member]) => `${oneLine(name)} ${plain(member)}`).join(', ');
}

/** Whether a value needs separate lines: objects, and lists of objects or long texts. */
function isTree(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(item => typeof item === 'object' || String(item).length > 100);
  return typeof value === 'object' && value !== null;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(item => oneLine(String(item))).join(', ');
  return oneLine(String(value));
}
