import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import type { AwsCall } from '../support/aws/meter.ts';
import { captureOutput } from '../support/output.ts';
import { startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const day = 86_400;

/** The emulator cannot show the difference, so what is asked for is looked at (docs/rules.md 8). */
describe('reads on which a decision stands', () => {
  const output = captureOutput();
  let server: TestServer;
  let app: Client;
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer();
    app = (await startInstance(server)).client(server.keys.boost);
    ({ enterpriseId } = await app.call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('are strong: sites, enterprise keys, the deny list, memories, applications, the trust of the Org', async () => {
    const { siteId, key } = await app.call('create-site', {
      enterpriseId,
      siteRef: 'strong',
      state: 'basic',
      mode: 'dev',
    });
    server.clock.at += 2 * day;
    const calls = await server.meter.of(async () => {
      const enterprise = await app.call('reissue-enterprise-key', { enterpriseId });
      await app.call('check-validity', { key: enterprise.key });
      await app.call('check-validity', { key });
      await app.call('refresh-enterprise-key', { enterpriseId, key: enterprise.key });
      await app.call('refresh-key', { siteId, key });
      await app.call('update-site', { siteId, state: 'active' });
      await app.call('get-site', { siteId });
      await app.call('list-sites', { enterpriseId });
    });
    const reads = calls.filter(({ command }) => command === 'GetItemCommand' || command === 'QueryCommand');
    const familyOf = ({ input }: AwsCall) => {
      const { pk, sk } = Object(input.Key ?? { pk: Object(input.ExpressionAttributeValues)[':pk'], sk: 'S#' });
      return `${String(pk).charAt(0)} ${/^[A-Z]#|^DENY$|^#$/.exec(String(sk))?.[0] ?? sk}`;
    };
    const strong = new Set(reads.filter(({ input }) => input.ConsistentRead === true).map(familyOf));
    const weak = new Set(reads.filter(({ input }) => input.ConsistentRead !== true).map(familyOf));
    expect([...strong].sort()).toEqual(['E #', 'E K#', 'E R#', 'E S#', 'I #', 'O DENY', 'O TRUST', 'P #']);
    expect([...weak]).toEqual([]);
  });
});
