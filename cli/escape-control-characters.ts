/** What moves the cursor, colours the terminal, changes the direction of the text or can't be seen at all. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text of a server or a file as a terminal may have it: what is hidden in it is spelled out, lines stay lines. */
export function escapeControlCharacters(text: string): string {
  return text.replace(hidden, character => (character === '\n' ? character : escaped(character)));
}

/** The same for a value that must not begin a line of its own. */
export function oneLine(text: string): string {
  return text.replace(hidden, escaped);
}

/** As JSON spells it too. @returns `\u001b` */
function escaped(character: string): string {
  return character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
