/** Values of canonical JSON: no fractions, so that a number has one form. Undefined members are omitted. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [name: string]: CanonicalValue | undefined };

/**
 * Returns the canonical form of a value (RFC 8785, JSON Canonicalization Scheme): no white space, members in order of their UTF-16 code units,
 * strings and integers as ECMAScript writes them.
 * @throws TypeError for a number that is no safe integer, and for text that is no Unicode
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') return canonicalInteger(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (isList(value)) return `[${value.map(canonicalJson).join()}]`;
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, member]) => (member === undefined ? [] : [`${canonicalString(name)}:${canonicalJson(member)}`]))
    .join()}}`;
}

function canonicalInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError('canonical JSON holds integers only');
  return JSON.stringify(value);
}

/** Serializes a string. @throws Error for a lone surrogate (RFC 8785 section 3.2.2.2) */
function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('canonical JSON holds Unicode text only');
  return JSON.stringify(text);
}

function isList(value: object): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
