import { rm, stat, writeFile } from 'node:fs/promises';

/**
 * Returns the time of the file system of a path, in milliseconds as `mtimeMs`. The age of a file is measured by the clock
 * that dated it, which may be the clock of a file server.
 */
export async function fileSystemTime(path: string): Promise<number> {
  const probe = `${path}.${crypto.randomUUID()}.probe`;
  try {
    await writeFile(probe, '', { mode: 0o600 });
    return (await stat(probe)).mtimeMs;
  } finally {
    await rm(probe, { force: true });
  }
}
