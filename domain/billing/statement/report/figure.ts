import { type Content, type Markup, markup } from './markup.ts';

/** The colours of the plots, named by their meaning; style.ts has their values. */
export type Tone = 'production' | 'dev' | 'proxy' | 'dormant' | 'plus' | 'minus';

export interface Series {
  readonly name: string;
  readonly tone: Tone;
}

/** Width of all plots in their own units: about a millimetre to four, on an A4 page. */
export const plotWidth = 720;

/** Returns a drawing with a title and a description for screen readers. */
export function plot(id: string, title: string, description: string, height: number, drawing: Content): Markup {
  return markup`<svg viewBox="0 0 ${plotWidth} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${drawing}
</svg>`;
}

/** Returns a plot with its caption, kept together on one page. */
export function figure(caption: Content, drawing: Markup, series: readonly Series[] = []): Markup {
  return markup`<figure><figcaption>${caption}${legend(series)}</figcaption>
${drawing}</figure>`;
}

function legend(series: readonly Series[]): Content {
  if (series.length === 0) return undefined;
  return markup`<ul class="legend">${series.map(({ name, tone }) => markup`<li><i class="${tone}"></i>${name}</li>`)}</ul>`;
}
