/**
 * The size of an item as DynamoDB counts it: names and values in UTF-8 bytes, a number by its digits, a binary by its bytes, lists
 * and maps 3 bytes and 1 for each member.
 *
 * Source: AWS, DynamoDB developer guide, "DynamoDB item sizes and formats" (CapacityUnitCalculations.html).
 */
export function itemSize(item: Readonly<Record<string, unknown>>): number {
  return sum(Object.entries(item).map(([name, value]) => bytes(name) + valueSize(value)));
}

function valueSize(value: unknown): number {
  if (value === undefined) return 0;
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return bytes(value);
  if (typeof value === 'number') return numberSize(value);
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Set) return sum([...value].map(valueSize));
  if (Array.isArray(value)) return 3 + sum(value.map(member => 1 + valueSize(member)));
  return 3 + sum(Object.entries(Object(value)).map(([name, member]) => 1 + bytes(name) + valueSize(member)));
}

/** One byte for two digits and one more; one more for a sign. */
function numberSize(value: number): number {
  const digits = String(Math.abs(value))
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
