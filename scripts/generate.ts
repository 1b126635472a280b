import { writeFileSync } from 'node:fs';
import { openApiDocument } from './openapi.ts';
import { routesSource } from './routes.ts';
import { vectorFiles } from './vectors/vector-files.ts';

/** What is made from the table of operations and from the rules, by its place in the project. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    'sdk/routes.ts': routesSource(),
    'docs/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
    ...(await vectorFiles()),
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generatedFiles()))
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
