import { expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import { methodsOf } from '../../sdk/methods.ts';
import { routes } from '../../sdk/routes.ts';

const called: unknown[] = [];
const client = { callByName: async (...asked: unknown[]) => called.push(asked) } as unknown as Client;
const methods = methodsOf(client);

it('there is a method for each operation, and each calls its own', async () => {
  const all = Object.values(methods);
  for (const method of all) await (method as (input: object) => Promise<unknown>)({});
  expect(called).toEqual(Object.keys(routes).map(operation => [operation, {}, undefined]));
});

it('a method takes and gives what its operation does', async () => {
  called.length = 0;
  const siteId = 'hub-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaa';
  const { refreshAfter }: { refreshAfter: string } = await methods.refreshKey(
    { siteId, key: 'k' },
    { idempotencyKey: 'i' },
  );
  // @ts-expect-error a refresh needs the key
  await methods.refreshKey({ siteId });
  // @ts-expect-error there is no such operation
  expect(methods.refreshKeys).toBeUndefined();
  expect([called[0], refreshAfter]).toEqual([
    ['refresh-key', { siteId, key: 'k' }, { idempotencyKey: 'i' }],
    undefined,
  ]);
});
