import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StatementFolder } from '../domain/billing/statement/statement-files.ts';
import { UsageError } from './exit.ts';
import { reading } from './reading.ts';

/** @throws UsageError when it is no folder, or a file is not there */
export function readStatementFolder(path: string): StatementFolder {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${path} is no folder. Copy the whole folder of a revision, such as r1, from the bucket.`);
  const read = (name: keyof StatementFolder) => readWhole(join(path, name));
  return {
    'statement.json': read('statement.json'),
    'enterprises.csv': read('enterprises.csv'),
    'report.html': read('report.html'),
    'statement.jws': read('statement.jws'),
  };
}

/** To the byte: digests are over what is there. */
function readWhole(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8'));
}
