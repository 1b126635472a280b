import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

export interface ServerLog {
  /** One line for the file. */
  note(line: string): void;
  close(): void;
}

const largestBytes = 10 * 1024 * 1024;

/**
 * Sends what handlers print to a file, as Lambda sends it to CloudWatch: the terminal is for the person.
 *
 * @param path is appended to; a file of more than 10 MB is put aside as `.1` first
 */
export function logToFile(path: string): ServerLog {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestBytes) renameSync(path, `${path}.1`);
  const file = openSync(path, 'a', 0o600);
  const giveBack = divertOutput(text => writeSync(file, text));
  return {
    note: line => writeSync(file, `${new Date().toISOString()} ${line}\n`),
    close() {
      giveBack();
      closeSync(file);
    },
  };
}

/** Forgets a log and the one that was put aside. */
export function removeLog(path: string): void {
  for (const name of [path, `${path}.1`]) rmSync(name, { force: true });
}

/** Takes over what this process writes to its standard output and error. @returns gives them back */
export function divertOutput(take: (text: string) => void): () => void {
  const outputs = [process.stdout, process.stderr].map(stream => ({ stream, write: stream.write }));
  for (const { stream } of outputs)
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
      take(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    };
  return () => {
    for (const { stream, write } of outputs) stream.write = write;
  };
}
