import { type Command, Option } from 'commander';
import * as z from 'zod';
import { type OperationId, operations } from '../lambdas/operations.ts';
import { sampleText } from './sample.ts';

/** Field of an operation's input, as a command-line option. */
export interface Field {
  /** Name in the API: `siteRef`. */
  readonly name: string;
  readonly required: boolean;
  /** JSON type; undefined where any is allowed. */
  readonly type: string | undefined;
  readonly description: string;
  /** Sample value, unquoted. */
  readonly sample: string;
}

const FieldSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown().optional(),
});
const ObjectSchema = z.looseObject({
  properties: z.record(z.string(), FieldSchema).default({}),
  required: z.array(z.string()).default([]),
});

/** Returns the fields of path, query and body of an operation's schemas. */
export function fieldsOf(operation: OperationId): Field[] {
  const { contract } = operations[operation];
  const parts = ['path', 'query', 'body'].map(part => new Map(Object.entries(contract)).get(part));
  return parts.filter(part => part instanceof z.ZodType).flatMap(fieldsOfSchema);
}

function fieldsOfSchema(schema: z.ZodType): Field[] {
  const { properties, required } = ObjectSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return Object.entries(properties).map(([name, field]) => ({
    name,
    required: required.includes(name),
    type: field.type ?? ('oneOf' in field ? 'object' : undefined),
    description: describe(field, required.includes(name)),
    // Other users of the machine can read command lines.
    sample: name === 'key' ? '@site.key' : sampleText(field, kebab(name)),
  }));
}

function describe(
  { description, enum: choices, default: fallback, type }: z.infer<typeof FieldSchema>,
  required: boolean,
) {
  return [
    description,
    choices && `one of: ${choices.join(', ')}`,
    (type === 'object' || type === 'array') && 'JSON',
    fallback !== undefined && `default: ${fallback}`,
    required && 'required',
  ]
    .filter(Boolean)
    .join('; ');
}

/** Adds an option per field: `siteRef` as `--site-ref`; `--siteRef` works too, hidden. */
export function addFieldOptions(command: Command, fields: readonly Field[]): void {
  for (const { name, description } of fields) {
    const flag = kebab(name);
    command.addOption(new Option(`--${flag} <value>`, description));
    if (flag !== name) command.addOption(new Option(`--${name} <value>`).hideHelp());
  }
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
