import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StatementFolder } from '../domain/billing/statement/statement-files.ts';
import { UsageError } from './exit.ts';
import { reading } from './reading.ts';

/** Reads the files of a statement. @throws UsageError when the path is not a folder, or a file is missing */
export function readStatementFolder(path: string): StatementFolder {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(
      `The path ${path} is not a folder. Copy the whole folder of a revision, such as r1, from the bucket.`,
    );
  const read = (name: keyof StatementFolder) => readWhole(join(path, name));
  return {
    'statement.json': read('statement.json'),
    'enterprises.csv': read('enterprises.csv'),
    'report.html': read('report.html'),
    'statement.jws': read('statement.jws'),
  };
}

/** Reads a file unchanged, since digests cover its bytes. */
function readWhole(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8'));
}
