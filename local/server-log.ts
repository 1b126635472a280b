import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

export interface ServerLog {
  /** Appends a line. */
  note(line: string): void;
  close(): void;
}

const maxBytes = 10 * 1024 * 1024;

/**
 * Redirects the output of handlers to a file, as Lambda does to CloudWatch.
 *
 * @param path is appended to; a file of more than 10 MB is renamed to `.1` first
 */
export function logToFile(path: string): ServerLog {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.1`);
  const file = openSync(path, 'a', 0o600);
  const restore = divertOutput(text => writeSync(file, text));
  return {
    note: line => writeSync(file, `${new Date().toISOString()} ${line}\n`),
    close() {
      restore();
      closeSync(file);
    },
  };
}

/** Removes a log and its renamed predecessor. */
export function removeLog(path: string): void {
  for (const name of [path, `${path}.1`]) rmSync(name, { force: true });
}

/** Redirects standard output and error of this process. @returns restores them */
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
