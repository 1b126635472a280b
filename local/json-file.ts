import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';

/** @returns undefined when it is not there, or holds something else */
export function readJsonFile<S extends z.ZodType>(path: string | undefined, schema: S): z.output<S> | undefined {
  if (path === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Replaces the file as a whole: a reader sees the old one or the new one. */
export function writeFileWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
