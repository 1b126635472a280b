import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const folder = new URL('../../sdk/', import.meta.url);

/** dependency-cruiser reads the sources without TypeScript, so it cannot tell an import of types from any other. */
it.each(readdirSync(folder))('sdk/%s takes nothing but types from the server', file => {
  const fromServer =
    readFileSync(new URL(file, folder), 'utf8').match(/^import .*'\.\.\/(lambdas|local|lib|cli)\/.*$/gm) ?? [];
  expect(fromServer.filter(line => !line.startsWith('import type '))).toEqual([]);
});
