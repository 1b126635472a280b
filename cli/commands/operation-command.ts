import { Command } from 'commander';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { addCredentialOptions } from '../credentials.ts';
import { addExample } from '../example.ts';
import { addFieldOptions, type Field, fieldsOf, kebab } from '../fields.ts';
import { readInput } from '../input.ts';

export type Options = Readonly<Record<string, unknown>>;
export type Act = (operation: OperationId, input: Record<string, unknown>, options: Options) => Promise<void>;

/** Adds a subcommand per operation, with options derived from the operation's schemas. */
export function perOperation(command: Command, act: Act): Command {
  for (const id of operationIds()) {
    const { summary, contract } = operations[id];
    const fields = fieldsOf(id);
    const one = new Command(id).description(`${summary}.`).argument('[json]', 'all fields as one JSON object');
    addFieldOptions(one.optionsGroup('Fields (@file reads a value from a file):'), fields);
    one.option('--json-input <file>', 'read the JSON object from a file; - for standard input');
    if (contract.effect !== 'read')
      one.option('--idempotency-key <key>', 'repeat an earlier request (default: a new key)');
    addCredentialOptions(one);
    addExample(one, `${command.name()} ${id}${profileOf(contract.callers)}${requiredOf(fields)}`);
    one.action(async (json: string | undefined, options: Options) => {
      await act(id, readInput(fields, json, options), options);
    });
    command.addCommand(one);
  }
  return command;
}

const sampleProfiles = [
  ['application', 'hwf'],
  ['operator', 'operator'],
  ['finance', 'finance'],
] as const;

/** Returns the profile that `npm start` creates for such a caller. */
function profileOf(callers: readonly string[]): string {
  const [name = 'operator'] = sampleProfiles.filter(([role]) => callers.includes(role)).map(([, profile]) => profile);
  return ` --profile ${name}`;
}

function requiredOf(fields: readonly Field[]): string {
  const quoted = (sample: string) => (/^[\w.@:-]+$/.test(sample) ? sample : `'${sample}'`);
  return fields
    .filter(({ required }) => required)
    .map(({ name, sample }) => ` --${kebab(name)} ${quoted(sample)}`)
    .join('');
}

export function operationIds(): OperationId[] {
  return Object.keys(operations).filter(isOperation);
}

function isOperation(id: string): id is OperationId {
  return id in operations;
}

export function idempotencyKeyOf({ idempotencyKey }: Options): string | undefined {
  return typeof idempotencyKey === 'string' ? idempotencyKey : undefined;
}
