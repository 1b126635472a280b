import { CommanderError } from 'commander';
import { ChainError } from '../domain/chain/chain-error.ts';
import { isRefusal, ProblemError } from '../sdk/problem-error.ts';
import { chainErrorText } from './chain-error-help.ts';
import { oneLine } from './escape-control-characters.ts';
import { note, outputError } from './output.ts';

/** Thrown when the command, a local file or an environment variable is invalid; the message states the remedy. */
export class UsageError extends Error {}

/** Thrown when the server can't be reached, or does not answer. */
export class UnreachableError extends Error {}

/** Prints an error on standard error and sets the exit code: 1 refused, 2 invalid usage, 3 unreachable or unavailable. */
export function exitWith(error: unknown): void {
  if (error instanceof ProblemError) {
    exit(isRefusal(error) ? 1 : 3, problemText(error), { status: error.status, ...error.problem });
  } else if (error instanceof ChainError) {
    exit(1, chainErrorText(error), { code: error.reason, detail: error.message });
  } else if (error instanceof CommanderError) {
    exitAfterParsing(error);
  } else if (error instanceof UnreachableError) {
    exit(3, error.message, { code: 'unreachable', detail: error.message });
  } else {
    const detail = error instanceof Error ? error.message : String(error);
    exit(2, detail, { code: 'invalid-usage', detail });
  }
}

function exit(code: 1 | 2 | 3, text: string, fault: unknown): void {
  note(text);
  outputError(fault);
  process.exitCode = code;
}

/** Sets the exit code after a parse error that Commander has printed; requested help is not an error. */
function exitAfterParsing({ exitCode, message }: CommanderError): void {
  if (exitCode === 0) return;
  outputError({ code: 'invalid-usage', detail: message });
  process.exitCode = 2;
}

function problemText(error: ProblemError): string {
  const { title = 'no reason given', detail, code, instance, serverTime, errors = [] } = error.problem;
  const lines = [
    `${isRefusal(error) ? 'Refused' : 'Service unavailable'} (${error.status}): ${title}`,
    detail && `  ${detail}`,
    ...[errors].flat().map(one => `  ${Object(one).pointer}  ${Object(one).detail}`),
    code
      ? `  code      ${code}`
      : '  The response is not from a license server. Check the URL with its region and stage.',
    instance && `  instance  ${instance}`,
    serverTime && `  server time ${serverTime}, local time ${new Date().toISOString()}`,
  ];
  return lines
    .filter(line => typeof line === 'string')
    .map(oneLine)
    .join('\n');
}
