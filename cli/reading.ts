import { readFileSync } from 'node:fs';
import { UsageError } from './exit.ts';

/** Runs a read and maps its error. @throws UsageError with the path when it can't be read */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The file ${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Reads a file as text, without a byte order mark.
 * @param path `-` for standard input @throws UsageError when it is not UTF-8
 */
export function readText(path: string): string {
  const bytes = reading(path, () => readFileSync(path === '-' ? 0 : path));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(
      `The file ${path} is invalid: expected UTF-8. Save it as UTF-8 (a spreadsheet as "CSV UTF-8").`,
    );
  }
}
