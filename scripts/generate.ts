import { writeFileSync } from 'node:fs';
import { openApiDocument } from './openapi.ts';
import { routesSource } from './routes.ts';

/** What is made from the table of operations, by its place in the project. */
export function generatedFiles(): Record<string, string> {
  return {
    'sdk/routes.ts': routesSource(),
    'docs/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles()))
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
