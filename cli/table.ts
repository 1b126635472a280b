/** Rows under a line of headings, each column as wide as its widest cell. @returns lines */
export function tableLines<C extends string>(
  columns: Readonly<Record<C, string>>,
  rows: readonly Readonly<Partial<Record<NoInfer<C>, string | number | undefined>>>[],
): string[] {
  const names = Object.keys(columns).filter((name): name is C => name in columns);
  const texts = rows.map(row => names.map(name => String(row[name] ?? '')));
  const all = [names.map(name => columns[name]), ...texts];
  const widths = names.map((_, at) => Math.max(...all.map(cells => cells[at]?.length ?? 0)));
  return all.map(cells =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
