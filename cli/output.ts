import { escapeControlCharacters } from './escape-control-characters.ts';

let hasOutputJson = false;

/** Prints a result on standard output. */
export function output(text: string): void {
  console.log(escapeControlCharacters(text));
}

/** Prints a message for people on standard error. */
export function note(text: string): void {
  console.error(escapeControlCharacters(text));
}

/** Prints a result for programs: one JSON document. */
export function outputJson(value: unknown): void {
  hasOutputJson = true;
  output(JSON.stringify(value, undefined, 2));
}

/** Prints an error as JSON if `--json` is set and no document was printed yet. */
export function outputError(fault: unknown): void {
  if (!hasOutputJson && process.argv.includes('--json')) outputJson(fault);
}

/** Returns the width of the terminal; infinite for pipes, where each row stays on one line. */
export function terminalWidth(): number {
  return process.stdout.columns ?? (Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY);
}

/** Ignores a closed output pipe (`| head`), so that the command completes. */
export function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}
