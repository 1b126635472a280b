import * as z from 'zod';
import { isoTime } from '../domain/kernel/time.ts';
import { clockOf } from './clock.ts';

interface Schema {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly examples?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    format: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    examples: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    items: Schema.optional(),
    oneOf: z.array(Schema).optional(),
  }),
);

/** Returns a sample value of a field: its first example, a choice, JSON with all required members, or `<name>`. */
export function sampleText(schema: unknown, name: string): string {
  const sample = sampleOf(Schema.parse(schema), name);
  return typeof sample === 'string' ? sample : JSON.stringify(sample);
}

function sampleOf(schema: Schema, name: string): unknown {
  const { type, format, const: only, examples = [], enum: choices = [], oneOf = [] } = schema;
  const known = [only, ...examples, ...choices].find(value => value !== undefined);
  // A fixed time would become too old.
  if (format === 'date-time') return isoTime(clockOf()());
  if (known !== undefined) return known;
  const [first] = oneOf;
  if (first) return sampleOf(first, name);
  return (samples[type ?? ''] ?? samples.string)(schema, name);
}

const samples: Readonly<Record<string, (schema: Schema, name: string) => unknown>> & {
  readonly string: (schema: Schema, name: string) => unknown;
} = {
  string: (_schema, name) => `<${name}>`,
  integer: () => 1,
  number: () => 1,
  boolean: () => true,
  array: ({ items }, name) => (items ? [sampleOf(items, name)] : []),
  object: ({ properties = {}, required = [] }) =>
    Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name))
        .map(([name, property]) => [name, sampleOf(property, name)]),
    ),
};
