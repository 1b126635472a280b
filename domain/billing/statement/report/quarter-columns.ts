import type { PastQuarter } from '../statement.ts';
import { axisTo, rounded } from './axis.ts';
import { figure, plot, plotWidth } from './figure.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { grouped } from './words.ts';

const left = 64;
const right = plotWidth - 96;
const top = 16;
const bottom = 236;
const height = 286;

type Place = (value: number) => number;

/** Sites of each quarter, one column each, and the billed number as a line through them. */
export function quarterColumns(history: readonly PastQuarter[]): Markup {
  const axis = axisTo(Math.max(...history.map(({ production, dev, proxy }) => production + dev + proxy), 1), 4);
  const y = (value: number) => rounded(bottom - axis.at(value) * (bottom - top));
  const step = (right - left) / history.length;
  const middles = history.map((_, i) => rounded(left + (i + 0.5) * step));
  const width = rounded(Math.min(64, step * 0.55));
  const last = history.at(-1);
  const ticks = axis.ticks.map(
    tick => markup`<line class="grid" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>
<text class="tick" x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${grouped(tick)}</text>`,
  );
  const columns = history.map((quarter, i) => column(quarter, middles[i] ?? 0, width, y));
  const points = history.map(({ production }, i) => `${middles[i]},${y(production)}`);
  const drawing = markup`${ticks}
${columns}
<polyline class="billed-line" points="${points.join(' ')}"/>
${history.map(({ production }, i) => markup`<circle class="billed-dot" cx="${middles[i]}" cy="${y(production)}" r="3.5"/>`)}
${last && markup`<text class="billed-label" x="${right + 8}" y="${y(last.production) + 4}">billed ${grouped(last.production)}</text>`}
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
<text class="axis-title" x="${(left + right) / 2}" y="${height - 4}" text-anchor="middle">quarter (UTC), counted at its last instant</text>
<text class="axis-title" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">sites</text>`;
  const numbers = history.map(({ quarter, production, dev, proxy }) => `${quarter}: ${production}, ${dev}, ${proxy}`);
  const description = `Production, dev and proxy sites at the end of each quarter. ${numbers.join('; ')}.`;
  return figure(
    'Sites at the end of each quarter',
    plot('quarters', 'Sites per quarter', description, height, drawing),
    [
      { name: 'production (billed)', tone: 'production' },
      { name: 'dev', tone: 'dev' },
      { name: 'proxy', tone: 'proxy' },
    ],
  );
}

function column({ quarter, production, dev, proxy }: PastQuarter, middle: number, width: number, y: Place): Content {
  const x = rounded(middle - width / 2);
  const rect = (tone: string, from: number, value: number) =>
    value > 0 &&
    markup`<rect class="${tone}" x="${x}" y="${y(from + value)}" width="${width}" height="${rounded(y(from) - y(from + value))}"/>`;
  return markup`${rect('production', 0, production)}${rect('dev', production, dev)}${rect('proxy', production + dev, proxy)}
<text class="on-bar" x="${middle}" y="${rounded((y(0) + y(production)) / 2 + 4)}" text-anchor="middle">${production > 0 && grouped(production)}</text>
<text class="tick" x="${middle}" y="${bottom + 18}" text-anchor="middle">${quarter}</text>`;
}
