import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { generatedFiles } from '../../scripts/generate.ts';

it.each(Object.entries(await generatedFiles()))('%s is fresh (npm run generate)', (path, text) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
});
