import { operations } from '../lambdas/operations.ts';

/** The SDK's view of the table: what a client needs of each row, without the schemas and their library. */
export function routesSource(): string {
  const rows = Object.entries(operations).map(([id, { method, path, contract }]) => {
    const route = { method, path, auth: contract.auth, effect: contract.effect, body: 'body' in contract };
    return `  '${id}': ${JSON.stringify(route)
      .replaceAll('"', "'")
      .replace(/'(\w+)':/g, '$1: ')
      .replaceAll(',', ', ')},`;
  });
  return [
    '// Generated from lambdas/operations.ts by `npm run generate`; a test checks that it is fresh.',
    'export const routes = {',
    ...rows,
    '} as const;',
    '',
  ].join('\n');
}
