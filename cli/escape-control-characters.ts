/** Characters that control the terminal, change the text direction, or are invisible. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Escapes control characters in untrusted text for the terminal; keeps line feeds. */
export function escapeControlCharacters(text: string): string {
  return text.replace(hidden, character => (character === '\n' ? character : escaped(character)));
}

/** Escapes control characters including line feeds. */
export function oneLine(text: string): string {
  return text.replace(hidden, escaped);
}

/** Escapes a character as in JSON: `\u001b`. */
function escaped(character: string): string {
  return character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
