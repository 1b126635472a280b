import { Command } from 'commander';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { randomName } from '../../sdk/sign-request.ts';
import { answered, callerOf, repeatable } from '../caller.ts';
import { readTarget } from '../credentials.ts';
import { fieldsOf } from '../fields.ts';
import { output, outputJson, terminalWidth } from '../output.ts';
import { aligned } from '../print.ts';
import { idempotencyKeyOf, type Options, perOperation } from './operation-command.ts';

/** `license-server call <operation>`: sends a signed request and prints the answer. */
export function callCommand(): Command {
  const command = perOperation(new Command('call').description('Call an operation and print its answer'), call);
  for (const one of command.commands) one.optionsGroup('Options:').option('--json', 'print the answer as JSON');
  return command;
}

async function call(operation: OperationId, input: Record<string, unknown>, options: Options): Promise<void> {
  const target = await readTarget(operation, options);
  const client = callerOf(target);
  const idempotencyKey = idempotencyKeyOf(options) ?? randomName();
  const asked = client.callByName(operation, input, { idempotencyKey });
  const isChange = operations[operation].contract.effect !== 'read';
  const answer = await answered(target.url, isChange ? repeatable(idempotencyKey, asked) : asked);
  if (options.json) outputJson(answer);
  else show(operation, Object(answer));
}

/** Prints an answer; for a page of a list, ends with the option that fetches the next one. */
function show(operation: OperationId, answer: Readonly<Record<string, unknown>>): void {
  const isPaged = fieldsOf(operation).some(({ name }) => name === 'after');
  const { next, ...page } = answer;
  output(aligned(isPaged ? page : answer, '', terminalWidth()).join('\n'));
  if (isPaged && next !== undefined) output(`\nmore: --after ${next}`);
}
