import { axisTo, rounded } from './axis.ts';
import { plot, plotWidth, type Tone } from './figure.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { grouped } from './words.ts';

/** One line of a bar plot: parts from left to right, and a text behind them. */
export interface BarRow {
  readonly label: string;
  readonly parts: readonly { readonly tone: Tone; readonly value: number }[];
  /** @default the sum */
  readonly note?: string;
  /** ids are set in figures of one width */
  readonly isId?: true;
}

export interface BarRows {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** what the axis counts, with its unit */
  readonly axis: string;
  readonly rows: readonly BarRow[];
  /** room for the labels */
  readonly labelWidth: number;
}

const rowHeight = 26;
const barHeight = 16;
const noteWidth = 110;
const footHeight = 44;

/** Returns horizontal bars on one scale, with the numbers at their ends. */
export function barRows({ id, title, description, axis: unit, rows, labelWidth }: BarRows): Markup {
  const axis = axisTo(Math.max(...rows.map(total), 1));
  const length = plotWidth - labelWidth - noteWidth;
  const bottom = rows.length * rowHeight + 4;
  const x = (value: number) => rounded(labelWidth + axis.at(value) * length);
  const ticks = axis.ticks.map(
    tick => markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${bottom}"/>
<text class="tick" x="${x(tick)}" y="${bottom + 15}" text-anchor="middle">${grouped(tick)}</text>`,
  );
  const drawing = markup`${ticks}
${rows.map((row, i) => barRow(row, i * rowHeight + 4, labelWidth, x))}
<line class="axis" x1="${labelWidth}" x2="${labelWidth}" y1="0" y2="${bottom}"/>
<text class="axis-title" x="${rounded(labelWidth + length / 2)}" y="${bottom + 36}" text-anchor="middle">${unit}</text>`;
  return plot(id, title, description, bottom + footHeight, drawing);
}

function barRow(row: BarRow, top: number, labelWidth: number, x: (value: number) => number): Content {
  const middle = top + barHeight / 2 + 4;
  let from = 0;
  const bars = row.parts.map(({ tone, value }) => {
    const left = x(from);
    from += value;
    return (
      value > 0 &&
      markup`<rect class="${tone}" x="${left}" y="${top}" width="${rounded(x(from) - left)}" height="${barHeight}"/>`
    );
  });
  return markup`<text class="${row.isId ? 'label id' : 'label'}" x="${labelWidth - 10}" y="${middle}" text-anchor="end">${row.label}</text>
${bars}<text class="value" x="${x(from) + 7}" y="${middle}">${row.note ?? grouped(total(row))}</text>`;
}

function total({ parts }: BarRow): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
