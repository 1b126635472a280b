import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import type { Client } from '../../../sdk/client.ts';
import { startInstance } from '../../support/server/instance.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

describe('a key is repeated though the link that it was issued under is not everywhere yet', () => {
  let server: TestServer;
  let app: Client;
  let missed = 0;

  /** Eventual reads of links find nothing, as for a moment after they were written. */
  const lagging: Runtime['instrument'] = stack => {
    server.meter.watch(stack);
    stack.add(
      (next, { commandName }) =>
        async args => {
          const { Key, ConsistentRead } = Object(args.input);
          if (commandName !== 'GetItemCommand' || ConsistentRead || !String(Key?.sk).startsWith('L#'))
            return await next(args);
          missed++;
          return { response: {}, output: Object({ $metadata: {} }) };
        },
      { step: 'initialize', name: 'lag', priority: 'low' },
    );
  };

  beforeAll(async () => {
    server = await startServer();
    app = (await startInstance(server, { instrument: lagging })).client(server.keys.hwf);
  });
  afterAll(async () => await server.close());

  const again = () => ({ idempotencyKey: crypto.randomUUID() });

  it.each(['create-enterprise', 'create-site', 'refresh-key', 'reissue-key'] as const)('%s', async id => {
    const { enterpriseId } = await app.call('create-enterprise', {});
    const create = { enterpriseId, siteRef: 'A', state: 'active' } as const;
    const { siteId, key } = await app.call('create-site', { ...create, siteRef: 'B' });
    const same = again();
    const calls = {
      'create-enterprise': async () => await app.call('create-enterprise', {}, same),
      'create-site': async () => await app.call('create-site', create, same),
      'refresh-key': async () => await app.call('refresh-key', { siteId, key }, same),
      'reissue-key': async () => await app.call('reissue-key', { siteId }, same),
    };
    const first = await calls[id]();
    missed = 0;
    await expect(calls[id]()).resolves.toEqual(first);
    expect(missed).toBe(1);
  });
});
