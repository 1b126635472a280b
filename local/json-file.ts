import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';

/** Reads a JSON file; undefined when it is missing or invalid. */
export function readJsonFile<S extends z.ZodType>(path: string | undefined, schema: S): z.output<S> | undefined {
  if (path === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Replaces a file atomically. */
export function writeFileWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
