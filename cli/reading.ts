import { UsageError } from './end.ts';

/** Reads what the user has named. @throws UsageError that names it when it can't be read */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}
