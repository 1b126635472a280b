import { Refusal } from '../../../domain/kernel/refusal.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const maxDepth = 16;

/**
 * Parses a body whose signature was verified. A duplicate name is refused, since parsers differ in the value that they
 * return (RFC 8259 section 4). @throws invalid-request
 */
export function parseJson(bytes: Uint8Array<ArrayBuffer>): unknown {
  const text = decode(bytes);
  const value = parse(text);
  const wrong = nestedOrTwice(text);
  if (wrong) throw wrongBody(wrong);
  return value;
}

function decode(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw wrongBody('is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrongBody('is not JSON');
  }
}

/** Reads a text that is known to be JSON, string by string. */
function nestedOrTwice(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, name, colon] of text.matchAll(/[{}[\]]|("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (name && colon) {
      const key = String(JSON.parse(name));
      if (open.at(-1)?.has(key)) return `has the duplicate name ${JSON.stringify(key.slice(0, 40))}`;
      open.at(-1)?.add(key);
    }
    if (open.length > maxDepth) return `is nested too deep: expected at most ${maxDepth} levels`;
  }
  return undefined;
}

function wrongBody(detail: string): Refusal {
  return new Refusal('invalid-request', `The body ${detail}.`, [{ pointer: '#/body', detail }]);
}
