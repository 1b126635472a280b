import { readFileSync } from 'node:fs';
import { UsageError } from './exit.ts';

/** Reads what the user has named. @throws UsageError that names it when it can't be read */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * What the user has named as text, without the mark that some editors put before it (BOM).
 * @param path - for standard input @throws UsageError for what is no UTF-8
 */
export function readText(path: string): string {
  const bytes = reading(path, () => readFileSync(path === '-' ? 0 : path));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is no text in UTF-8: save it as such (a spreadsheet as "CSV UTF-8").`);
  }
}
