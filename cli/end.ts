import { CommanderError } from 'commander';
import { ChainError } from '../domain/chain/chain-error.ts';
import { ProblemError } from '../sdk/problem-error.ts';
import { chainErrorText } from './chain-mend.ts';

/** The command, or a file or a variable of this machine, is wrong; the message says the mend. */
export class UsageError extends Error {}

/** The server was not reached, or did not answer. */
export class Unreachable extends Error {}

/** Explains on standard error what went wrong, and ends the program: 1 refused, 2 wrong usage, 3 unreachable. */
export function endWith(error: unknown): never {
  if (error instanceof ProblemError) {
    console.error(problemText(error));
    process.exit(1);
  }
  if (error instanceof ChainError) {
    console.error(chainErrorText(error));
    process.exit(1);
  }
  // Commander has said what it had to say.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof Unreachable ? 3 : 2);
}

function problemText({ status, problem }: ProblemError): string {
  const { title = 'The server refused without saying why', detail, code, instance, serverTime, errors = [] } = problem;
  const lines = [
    `Refused (${status}): ${title}`,
    detail && `  ${detail}`,
    ...[errors].flat().map(error => `  ${Object(error).pointer}  ${Object(error).detail}`),
    code ? `  code      ${code}` : '  No license server answers so: is the URL right, with its region and its stage?',
    instance && `  instance  ${instance}`,
    serverTime && `  the server's time is ${serverTime}, this machine's ${new Date().toISOString()}`,
  ];
  return lines.filter(line => typeof line === 'string').join('\n');
}
