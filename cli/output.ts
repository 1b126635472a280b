import { escapeControlCharacters } from './escape-control-characters.ts';

let isTold = false;

/** The result, on standard output. */
export function output(text: string): void {
  console.log(escapeControlCharacters(text));
}

/** What a person must know besides, on standard error. */
export function note(text: string): void {
  console.error(escapeControlCharacters(text));
}

/** The result for a program: one JSON document. */
export function outputJson(value: unknown): void {
  isTold = true;
  output(JSON.stringify(value, undefined, 2));
}

/** The result for a program when it is a fault; what was told already stays the only document. */
export function outputError(fault: unknown): void {
  if (!isTold && process.argv.includes('--json')) outputJson(fault);
}

/** Where nobody looks, a row may be as long as it is: programs want one line for each. */
export function terminalWidth(): number {
  return process.stdout.columns ?? (Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY);
}

/** A reader that has gone (`| head`) ends nothing that was begun. */
export function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}
