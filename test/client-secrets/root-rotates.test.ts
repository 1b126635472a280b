import '../platform/request/silence-logs.ts';
import { expect, it } from '@jest/globals';
import { verifySiteKey } from '../../sdk/verify.ts';
import { startAccount } from '../support/clients/rotating-site.ts';
import { announced, passDays, rings, switched } from '../support/clients/rotation.ts';
import type { Instance } from '../support/server/instance.ts';
import { startServer } from '../support/server/server.ts';

it('a rotation that has pinned the first Root goes on under the next one, by its announcement', async () => {
  const server = await startServer();
  try {
    const first = server.world.root;
    const viaSocket = { fetch, client: server.clientOf } as unknown as Instance;
    const account = await startAccount(server, viaSocket);
    const site = { enterpriseId: account.enterpriseId, siteRef: 'A', state: 'active', mode: 'dev' } as const;
    await account.keyring.obtain('plant', 'create-site', site);
    await server.world.aws.secrets.rotationsSettled();
    await server.world.deploy(rings({ root: announced }));
    await server.world.deploy(rings({ root: switched }));
    await passDays(server, 45, []);
    await account.rotate('plant');
    const { key } = await account.record('plant');
    await expect(verifySiteKey(String(key), { root: first, now: server.clock.at })).rejects.toThrow('pinned Root');
    const claims = await verifySiteKey(String(key), { root: server.world.root, now: server.clock.at });
    expect(claims.gen).toBeGreaterThan(1);
    expect(account.log.join()).not.toContain('unknown-root');
  } finally {
    await server.close();
  }
});
