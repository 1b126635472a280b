/**
 * Shows an answer to a person: aligned names and values, lists as blocks. Keys stand in full, because they are copied from here.
 *
 * @returns lines
 */
export function aligned(value: unknown, indent = ''): string[] {
  if (Array.isArray(value)) return listLines(value, indent);
  const entries = Object.entries(Object(value)).filter(([, member]) => member !== undefined);
  const width = Math.max(0, ...entries.filter(([, member]) => !isTree(member)).map(([name]) => name.length));
  return entries.flatMap(([name, member]) =>
    isTree(member)
      ? [`${indent}${name}`, ...aligned(member, `${indent}  `)]
      : [`${indent}${name.padEnd(width)}  ${plain(member)}`.trimEnd()],
  );
}

function listLines(list: readonly unknown[], indent: string): string[] {
  if (list.length === 0) return [`${indent}(none)`];
  return list.flatMap((item, index) => {
    const lines = isTree(item) ? aligned(item, `${indent}  `) : [`${indent}  ${plain(item)}`];
    const [first = '', ...others] = lines;
    return [...(index > 0 && lines.length > 1 ? [''] : []), `${indent}-${first.slice(indent.length + 1)}`, ...others];
  });
}

/** What needs lines of its own; a list of words does not, nor does an empty one. */
function isTree(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(item => typeof item === 'object' || String(item).length > 100);
  return typeof value === 'object' && value !== null;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.join(', ');
  return String(value);
}
