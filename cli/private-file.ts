import { closeSync, fstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import { reading } from './reading.ts';

const othersMayRead = 0o077;
const othersMayWrite = 0o002;
/** Sticky bit: in such a folder (/tmp) users can replace only their own files. */
const sticky = 0o1000;

/**
 * Reads a private file. Refuses a file that others can read, and a folder, also of a link's target, in which others can replace it.
 * The checked file descriptor is the one that is read.
 * @throws UsageError with the remedy
 */
export function readPrivateFile(path: string): string {
  return reading(path, () => {
    const file = openSync(path, 'r');
    try {
      if (process.platform !== 'win32') assertOwn(path, fstatSync(file).mode);
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  });
}

function assertOwn(path: string, mode: number): void {
  if ((mode & othersMayRead) !== 0)
    throw new UsageError(`The file ${path} is readable by other users. Run "chmod 600 ${path}" first.`);
  for (const folder of foldersOf(path)) {
    const { mode: open } = statSync(folder);
    if ((open & othersMayWrite) !== 0 && (open & sticky) === 0)
      throw new UsageError(`The file ${path} can be replaced by other users. Run "chmod o-w ${folder}" first.`);
  }
}

/** Returns the folders of a path and of its link target; none for a pipe (`<(…)`). */
function foldersOf(path: string): string[] {
  try {
    return [dirname(resolve(path)), dirname(realpathSync(path))];
  } catch {
    return [];
  }
}
