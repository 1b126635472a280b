import { CommanderError } from 'commander';
import { ChainError } from '../domain/chain/chain-error.ts';
import { isRefusal, ProblemError } from '../sdk/problem-error.ts';
import { chainErrorText } from './chain-error-help.ts';
import { oneLine } from './escape-control-characters.ts';
import { note, outputError } from './output.ts';

/** The command, or a file or a variable of this machine, is wrong; the message says the mend. */
export class UsageError extends Error {}

/** The server was not reached, or did not answer. */
export class Unreachable extends Error {}

/** Explains on standard error what went wrong, and lets the program end: 1 refused, 2 wrong usage, 3 unreachable or ill. */
export function exitWith(error: unknown): void {
  if (error instanceof ProblemError) {
    end(isRefusal(error) ? 1 : 3, problemText(error), { status: error.status, ...error.problem });
  } else if (error instanceof ChainError) {
    end(1, chainErrorText(error), { code: error.reason, detail: error.message });
  } else if (error instanceof CommanderError) {
    endOfParsing(error);
  } else if (error instanceof Unreachable) {
    end(3, error.message, { code: 'unreachable', detail: error.message });
  } else {
    const detail = error instanceof Error ? error.message : String(error);
    end(2, detail, { code: 'wrong-usage', detail });
  }
}

function end(code: 1 | 2 | 3, text: string, fault: unknown): void {
  note(text);
  outputError(fault);
  process.exitCode = code;
}

/** Commander has said what it had to say; help that was asked for is no fault. */
function endOfParsing({ exitCode, message }: CommanderError): void {
  if (exitCode === 0) return;
  outputError({ code: 'wrong-usage', detail: message });
  process.exitCode = 2;
}

function problemText(error: ProblemError): string {
  const { title = 'It did not say why', detail, code, instance, serverTime, errors = [] } = error.problem;
  const lines = [
    `${isRefusal(error) ? 'Refused' : 'The server is busy or ill'} (${error.status}): ${title}`,
    detail && `  ${detail}`,
    ...[errors].flat().map(one => `  ${Object(one).pointer}  ${Object(one).detail}`),
    code ? `  code      ${code}` : '  No license server answers so: is the URL right, with its region and its stage?',
    instance && `  instance  ${instance}`,
    serverTime && `  the server's time is ${serverTime}, this machine's ${new Date().toISOString()}`,
  ];
  return lines
    .filter(line => typeof line === 'string')
    .map(oneLine)
    .join('\n');
}
