import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import type * as z from 'zod';

/** Test vectors of independent authors; they are beside the checkout, in CI and wherever they were put. */
const folder = join(import.meta.dirname, '../../../shared/vectors');

/** Tests with a file of vectors, read in place, or one skipped test whose title says why there are none. */
export function describeVectors<S extends z.ZodType>(
  file: string,
  schema: S,
  tests: (content: z.output<S>) => void,
): void {
  const path = join(folder, file);
  describe(file, () => {
    if (existsSync(path)) tests(schema.parse(JSON.parse(readFileSync(path, 'utf8'))));
    else it.skip(`SKIPPED: there is no ${path}`, () => {});
  });
}
