import { Command } from 'commander';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { randomName } from '../../sdk/sign-request.ts';
import { callerOf, tellHowToRepeat, unreachable } from '../caller.ts';
import { readTarget } from '../credentials.ts';
import { aligned } from '../print.ts';
import { idempotencyKeyOf, type Options, perOperation } from './operation-command.ts';

/** `license-server call <operation>`: sends a signed request and shows the answer. */
export function callCommand(): Command {
  const command = perOperation(new Command('call').description('Calls an operation and shows its answer.'), call);
  for (const one of command.commands) one.optionsGroup('Options:').option('--json', 'the answer as it came');
  return command;
}

async function call(operation: OperationId, input: Record<string, unknown>, options: Options): Promise<void> {
  const target = await readTarget(operation, options);
  const client = callerOf(target);
  const idempotencyKey = idempotencyKeyOf(options) ?? randomName();
  try {
    show(await client.callByName(operation, input, { idempotencyKey }), options);
  } catch (error) {
    const refused = error instanceof ProblemError;
    if (refused && options.json) show(error.problem, options);
    const changes = operations[operation].contract.effect !== 'read';
    if (changes && (!refused || error.status >= 500)) tellHowToRepeat(idempotencyKey);
    throw refused ? error : unreachable(target.url, error);
  }
}

function show(answer: unknown, { json }: Options): void {
  console.log(json ? JSON.stringify(answer, undefined, 2) : aligned(answer).join('\n'));
}
