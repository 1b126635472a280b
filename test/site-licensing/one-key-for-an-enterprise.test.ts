import '../platform/request/silence-logs.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import { startInstance } from '../support/server/instance.ts';
import { policies, startServer, type TestServer } from '../support/server/server.ts';

describe('an enterprise has one KMS key', () => {
  let server: TestServer;
  let app: Client;
  let others: ReadonlySet<string>;

  beforeEach(async () => {
    server = await startServer();
    app = (await startInstance(server)).client((await server.register('maker', policies.boost)).key);
    others = new Set(server.world.aws.kms.keys.keys());
  });
  afterEach(async () => await server.close());

  /** The KMS keys that were made for enterprises. */
  function made() {
    return [...server.world.aws.kms.keys.values()]
      .filter(({ keyId }) => !others.has(keyId))
      .map(({ keyId, deletionAtMs }) => ({ keyId, stays: deletionAtMs === null }));
  }

  function keyUnderAlias(enterpriseId: string): string | undefined {
    return server.world.aws.kms.aliases.get(`alias/license-server/local/enterprise/${enterpriseId}`)?.keyId;
  }

  const again = () => ({ idempotencyKey: crypto.randomUUID() });

  it('when the reply to CreateAlias is lost, and the same request again gives the same', async () => {
    const same = again();
    server.meter.fault = ({ command, attempt }) =>
      command === 'CreateAliasCommand' && attempt === 1 ? 'drop-after' : undefined;
    const first = await app.call('create-enterprise', {}, same);
    expect(made()).toEqual([{ keyId: keyUnderAlias(first.enterpriseId), stays: true }]);
    expect(await app.call('create-enterprise', {}, same)).toEqual(first);
    expect(made()).toHaveLength(1);
  });

  it('when its own new alias is not seen yet, after the reply to CreateAlias was lost', async () => {
    const same = again();
    let hidden = true;
    server.meter.fault = ({ command, attempt }) => {
      if (command === 'CreateAliasCommand' && attempt === 1) return 'drop-after';
      if (command === 'DescribeKeyCommand' && hidden) throw notSeenYet();
      return undefined;
    };
    await expect(app.call('create-enterprise', {}, same)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    expect(made()).toMatchObject([{ stays: true }]);
    hidden = false;
    const { enterpriseId } = await app.call('create-enterprise', {}, same);
    expect(made()).toEqual([{ keyId: keyUnderAlias(enterpriseId), stays: true }]);
  });

  it('when the reply to CreateKey is lost: the same request creates no second one', async () => {
    const same = again();
    server.meter.fault = ({ command }) => (command === 'CreateKeyCommand' ? 'drop-after' : undefined);
    await expect(app.call('create-enterprise', {}, same)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    expect(made()).toHaveLength(1);
    server.meter.fault = () => undefined;
    const { enterpriseId } = await app.call('create-enterprise', {}, same);
    expect(made().filter(({ keyId }) => keyId === keyUnderAlias(enterpriseId))).toMatchObject([{ stays: true }]);
  });

  it.each([
    ['', undefined],
    [', also when the reply to that is lost', 'drop-after'],
  ] as const)('when one request comes twice at once: the key that lost the alias is retired%s', async (_when, loss) => {
    const same = again();
    const other = (await startInstance(server)).client(server.keys.boost);
    const maker = (await startInstance(server)).client(server.keys.boost);
    const both = Promise.withResolvers<undefined>();
    let ready = 0;
    server.meter.fault = async ({ command, attempt }) => {
      if (command === 'ScheduleKeyDeletionCommand' && attempt === 1) return loss;
      if (command !== 'CreateAliasCommand') return undefined;
      if (++ready === 2) both.resolve(undefined);
      return await both.promise;
    };
    const first = maker.call('create-enterprise', {}, same);
    while (!server.meter.calls.some(({ command }) => command === 'CreateAliasCommand'))
      await new Promise(resolve => setTimeout(resolve, 1));
    const answers = await Promise.all([first, other.call('create-enterprise', {}, same)]);
    expect(answers[0]).toEqual(answers[1]);
    const winner = keyUnderAlias(answers[0].enterpriseId);
    expect(made()).toHaveLength(2);
    for (const { keyId, stays } of made()) expect(stays).toBe(keyId === winner);
  });
});

function notSeenYet(): Error {
  return Object.assign(new Error('Alias is not found'), {
    name: 'NotFoundException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
}
