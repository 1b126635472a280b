import { axisAround, rounded } from './axis.ts';
import { figure, plot, plotWidth, type Tone } from './figure.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { grouped, signed } from './words.ts';

/** One step of the way from the opening to the closing number. */
export interface Step {
  readonly label: string;
  /** a level begins at the axis, a change at the level before it */
  readonly kind: 'level' | 'change';
  readonly value: number;
}

const left = 64;
const right = plotWidth - 8;
const top = 20;
const bottom = 216;
const height = 256;

/** Returns a waterfall chart from the opening to the closing number. */
export function waterfall(caption: string, steps: readonly Step[]): Markup {
  const placed = placeSteps(steps);
  const ends = placed.filter(({ kind, high, low }) => kind === 'level' || high > low);
  const lowest = Math.min(...ends.map(({ kind, low, high }) => (kind === 'level' ? high : low)));
  const axis = axisAround(lowest, Math.max(...placed.map(({ high }) => high), 1));
  const y = (value: number) => rounded(bottom - axis.at(value) * (bottom - top));
  const isCut = axis.from > 0;
  const width = (right - left) / steps.length;
  const ticks = axis.ticks.map(
    tick => markup`<line class="grid" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>
<text class="tick" x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${grouped(tick)}</text>`,
  );
  const bars = placed.map((step, i) => [
    bar({ ...step, low: Math.max(step.low, axis.from) }, left + i * width, width, y, i < placed.length - 1),
    isCut && step.kind === 'level' && cut(left + i * width, width),
  ]);
  const drawing = markup`${ticks}
${bars}
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
<text class="axis-title" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">production sites</text>
${isCut && markup`<text class="tick" x="${right}" y="${height - 4}" text-anchor="end">the axis begins at ${grouped(axis.from)}, not at zero</text>`}`;
  const description = steps.map(({ label, kind, value }) => `${label}: ${kind === 'level' ? value : signed(value)}`);
  return figure(caption, plot('moves', caption, `${description.join('; ')}.`, height, drawing));
}

interface Placed extends Step {
  readonly tone: Tone;
  readonly low: number;
  readonly high: number;
  /** the number after this step */
  readonly level: number;
}

function placeSteps(steps: readonly Step[]): Placed[] {
  let level = 0;
  return steps.map(step => {
    const before = step.kind === 'level' ? 0 : level;
    level = before + step.value;
    const tone = step.kind === 'level' ? 'production' : step.value < 0 ? 'minus' : 'plus';
    return { ...step, tone, low: Math.min(before, level), high: Math.max(before, level), level };
  });
}

/** Shows that a column goes on below the axis. */
function cut(x: number, width: number): Content {
  const teeth = Array.from({ length: 9 }, (_, i) => {
    const across = rounded(x + width * (0.12 + i * 0.095));
    return `${across},${bottom - 14 + (i % 2) * 6}`;
  });
  return markup`<polyline class="cut" points="${teeth.join(' ')}"/>`;
}

function bar(step: Placed, x: number, width: number, y: (value: number) => number, isFollowed: boolean): Content {
  const { label, kind, value, tone, low, high, level } = step;
  const middle = rounded(x + width / 2);
  const from = rounded(x + width * 0.16);
  const text = kind === 'level' ? grouped(value) : signed(value);
  return markup`${high > low && markup`<rect class="${tone}" x="${from}" y="${y(high)}" width="${rounded(width * 0.68)}" height="${rounded(y(low) - y(high))}"/>`}
${isFollowed && markup`<line class="bridge" x1="${from}" x2="${rounded(x + width * 1.84)}" y1="${y(level)}" y2="${y(level)}"/>`}
<text class="${value === 0 ? 'value none' : 'value'}" x="${middle}" y="${y(high) - 6}" text-anchor="middle">${text}</text>
<text class="tick" x="${middle}" y="${bottom + 18}" text-anchor="middle">${label}</text>`;
}
