import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * zod keeps its settings on `globalThis`, one for all copies of it in a process. The copy inside a package that others load has its own:
 * it changes nothing for its host, and compiles no parsers by `eval`, which the policy of many pages forbids and reports.
 */
export const ownZod: Plugin = {
  name: 'own-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/](core|registries)\.js$/ }, ({ path }) => ({
      contents: `const globalThis = { __zod_globalConfig: { jitless: true } };\n${readFileSync(path, 'utf8')}`,
    }));
  },
};
