import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OrgId } from '../../../domain/kernel/ids.ts';
import { minute } from '../../../domain/kernel/time.ts';
import { replaceOperatorKey } from '../../../scripts/runbook/replace-operator-key.ts';
import { ledgerOf } from '../../support/server/ledger.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => await server.close());

it('the new key works, the lost one is dead, and the trail says so', async () => {
  const before = await operatorItem();
  const keyid = await replaceOperatorKey(server.world.runtime, OrgId.parse('hub'));
  server.clock.at += 2 * minute;

  const { client, key } = await server.operatorOf('hub');
  expect(key.keyid).toBe(keyid);
  await expect(client.call('get-own-application', {})).resolves.toMatchObject({ application: 'operator' });
  await expect(server.operator.call('get-own-application', {})).rejects.toMatchObject({ status: 401 });
  expect(await operatorItem()).toMatchObject({
    seq: Number(before.seq) + 1,
    event: { action: 'replace-operator-key', previous: Object(before.event).hash },
  });
});

async function operatorItem() {
  return (await ledgerOf(server).get({ pk: 'P#hub#operator', sk: '#' })) ?? {};
}
