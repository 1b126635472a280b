import * as z from 'zod';
import { UsageError } from './exit.ts';
import { type Field, kebab } from './fields.ts';
import { readText } from './reading.ts';

const JsonObject = z.record(z.string(), z.unknown());

/**
 * Reads the input of an operation: a JSON object as argument or by `--json-input`, overridden by single fields.
 *
 * @throws UsageError when a value is not valid JSON, or a required field is missing
 */
export function readInput(
  fields: readonly Field[],
  json: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { jsonInput } = options;
  const input = {
    ...(typeof jsonInput === 'string' && objectOf(readText(jsonInput), `--json-input ${jsonInput}`)),
    ...(json !== undefined && objectOf(json, 'The argument')),
  };
  for (const field of fields) {
    const text = options[field.name];
    if (typeof text === 'string') input[field.name] = fieldValue(field, text);
  }
  const missing = fields.filter(({ name, required }) => required && input[name] === undefined);
  if (missing.length > 0)
    throw new UsageError(
      `Required fields are missing: ${missing.map(({ name }) => `--${kebab(name)}`).join(', ')}. See --help.`,
    );
  return input;
}

function objectOf(text: string, what: string): Record<string, unknown> {
  const parsed = JsonObject.safeParse(parseJson(text, what));
  if (!parsed.success) throw new UsageError(`${what} is invalid: expected a JSON object.`);
  return parsed.data;
}

/** Parses a field's value; `@file` reads it from a file, `@-` from standard input. */
function fieldValue({ name, type }: Field, given: string): unknown {
  const text = given.startsWith('@') ? readText(given.slice(1)).trim() : given;
  if (type === 'string') return text;
  if (type !== undefined) return parseJson(text, `--${kebab(name)}`);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is invalid: expected JSON. In a shell, put it in single quotes.`);
  }
}
