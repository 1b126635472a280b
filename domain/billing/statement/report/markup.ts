/** HTML or SVG that is inserted without escaping. */
export interface Markup {
  readonly markup: string;
}

/** The content of a page; text is escaped, absent content renders nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** Returns a piece of a page, as a tagged template: markup`<td>${text}</td>`. Values in `${}` are escaped as text, unless they are markup. */
export function markup(pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: pieces.map((piece, i) => piece + textOf(contents[i])).join('') };
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return 'markup' in content ? content.markup : content.map(textOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, found => entities[found] ?? found);
}
