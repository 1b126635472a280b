import { Command } from 'commander';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { createClient } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { randomName } from '../../sdk/sign-request.ts';
import { readTarget } from '../credentials.ts';
import { Unreachable } from '../end.ts';
import { aligned } from '../print.ts';
import { idempotencyKeyOf, type Options, perOperation } from './operation-command.ts';

const timeoutMs = 30_000;

/** `license-server call <operation>`: sends a signed request and shows the answer. */
export function callCommand(): Command {
  const command = perOperation(new Command('call').description('Calls an operation and shows its answer.'), call);
  for (const one of command.commands) one.optionsGroup('Options:').option('--json', 'the answer as it came');
  return command;
}

async function call(operation: OperationId, input: Record<string, unknown>, options: Options): Promise<void> {
  const target = await readTarget(operation, options);
  const client = createClient({
    ...target,
    attempts: 3,
    fetch: async (url, init) => await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  });
  const idempotencyKey = idempotencyKeyOf(options) ?? randomName();
  try {
    show(await client.callByName(operation, input, { idempotencyKey }), options);
  } catch (error) {
    const refused = error instanceof ProblemError;
    if (refused && options.json) show(error.problem, options);
    if (!refused || error.status >= 500) tellHowToRepeat(operation, idempotencyKey);
    throw refused ? error : unreachable(target.url, error);
  }
}

function show(answer: unknown, { json }: Options): void {
  console.log(json ? JSON.stringify(answer, undefined, 2) : aligned(answer).join('\n'));
}

/** Nobody knows whether it was done. */
function tellHowToRepeat(operation: OperationId, idempotencyKey: string): void {
  if (operations[operation].contract.effect !== 'read')
    console.error(
      `If it was done all the same, --idempotency-key ${idempotencyKey} repeats it without doing it twice.`,
    );
}

function unreachable(url: string, error: unknown): Unreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? ('code' in cause && cause.code ? cause.code : cause.message) : cause;
  return new Unreachable(
    `The server at ${url} can't be reached (${reason}). Does it run? Is the URL right, with its stage?`,
  );
}
