import { type Content, type Markup, markup } from './markup.ts';

/** A column: its heading, its cells, its alignment. */
export interface Column<Row> {
  readonly heading: Content;
  readonly cell: (row: Row) => Content;
  /** numbers are aligned right, ids are set in a monospaced font @default text */
  readonly kind?: 'number' | 'id' | 'text';
}

/** Returns a table with its caption; its heading is repeated on every page that it runs over. */
export function table<Row>(
  caption: Content,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  foot?: Row,
): Markup {
  const line = (row: Row) =>
    markup`<tr>${columns.map(({ cell, kind = 'text' }, i) =>
      i === 0
        ? markup`<th scope="row" class="${kind}">${cell(row)}</th>`
        : markup`<td class="${kind}">${cell(row)}</td>`,
    )}</tr>`;
  return markup`<table><caption>${caption}</caption>
<thead><tr>${columns.map(({ heading, kind = 'text' }) => markup`<th scope="col" class="${kind}">${heading}</th>`)}</tr></thead>
<tbody>${rows.map(line)}</tbody>
${foot !== undefined && markup`<tfoot>${line(foot)}</tfoot>`}</table>`;
}
