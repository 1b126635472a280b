import { expect, it } from '@jest/globals';
import { run } from '../local/start-fixture.ts';

const listing = `
import { registerHooks } from 'node:module';
const loaded = new Set();
registerHooks({ resolve: (name, context, next) => { const found = next(name, context); loaded.add(found.url); return found; } });
await import('./cli/commands/groups.ts');
console.log([...loaded].join('\\n'));`;

it('the command line loads neither the AWS SDK nor the local server before a command needs them', async () => {
  const { code, stdout } = await run(['--input-type=module', '--eval', listing]);
  const loaded = stdout.trim().split('\n');
  const local = new URL('../../local/', import.meta.url).href;
  expect(code).toBe(0);
  expect(loaded).toEqual(expect.arrayContaining([expect.stringMatching(/\/cli\/commands\/local\.ts$/)]));
  expect(loaded.filter(url => url.includes('/@aws-sdk/') || url.startsWith(local))).toEqual([]);
});
