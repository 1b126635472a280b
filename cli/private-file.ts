import { closeSync, fstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import { reading } from './reading.ts';

const othersMayRead = 0o077;
const othersMayWrite = 0o002;
/** In such a folder (/tmp) everybody replaces his own files only. */
const sticky = 0o1000;

/**
 * Reads what leads to a private key: its owner's alone, where a link leads to as well, and in folders where nobody else can put another
 * file in its place. What is looked at is what is read.
 * @throws UsageError with the mend
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
  if ((mode & othersMayRead) !== 0) throw new UsageError(`Others may read ${path}: run "chmod 600 ${path}" first.`);
  for (const folder of foldersOf(path)) {
    const { mode: open } = statSync(folder);
    if ((open & othersMayWrite) !== 0 && (open & sticky) === 0)
      throw new UsageError(`Others may put another file in the place of ${path}: run "chmod o-w ${folder}" first.`);
  }
}

/** Where it is named, and where a link leads to. A pipe (`<(…)`) is in none. */
function foldersOf(path: string): string[] {
  try {
    return [dirname(resolve(path)), dirname(realpathSync(path))];
  } catch {
    return [];
  }
}
