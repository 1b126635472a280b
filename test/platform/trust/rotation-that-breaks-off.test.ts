import '../request/silence-logs.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../support/aws/aws-faults.ts';
import { Killed } from '../../support/aws/meter.ts';
import { startInstance } from '../../support/server/instance.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const steps = [
  'DescribeKeyCommand',
  'CreateKeyCommand',
  'CreateAliasCommand',
  'InvokeCommand',
  'DisableKeyCommand',
  'TransactWriteItemsCommand',
];
const kinds: readonly FaultKind[] = ['drop-before', 'drop-after', 'hang-before', 'hang-after'];
const breaks = steps.flatMap(step => kinds.map(kind => [step, kind] as const));

describe('a rotation of a signing key that breaks off', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterEach(() => {
    server.meter.fault = () => undefined;
  });
  afterAll(async () => await server.close());

  const enabledUnder = (alias: string) => {
    const { aliases, keys } = server.world.aws.kms;
    return keys.get(aliases.get(`alias/license-server/local/enterprise/${alias}`)?.keyId ?? '')?.enabled;
  };
  const aliasesOf = (enterpriseId: string) =>
    [...server.world.aws.kms.aliases.keys()].filter(name => name.includes(enterpriseId)).length;

  const madeFor = (enterpriseId: string) =>
    [...server.world.aws.kms.keys.values()].filter(({ description }) => description.includes(enterpriseId)).length;

  it.each(breaks)('at %s (%s) is finished by the same request again, with one key', async (command, kind) => {
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const same = { idempotencyKey: randomUUID() };
    const rotation = { enterpriseId, reason: 'compromised' } as const;
    const broken = (await startInstance(server)).client(server.operatorKey);
    const first = await server.meter
      .faulty(
        call => (call.command === command ? kind : undefined),
        async () => await broken.call('rotate-enterprise-signing-key', rotation, same),
      )
      .catch((error: unknown) => error);
    if (first instanceof Error && !(first instanceof Killed)) expect(first).toMatchObject({ status: 503 });

    const healthy = (await startInstance(server)).client(server.operatorKey);
    const answer = await healthy.call('rotate-enterprise-signing-key', rotation, same);

    expect(answer).toMatchObject({ signingKey: { generation: 2 }, previousSigningKey: { generation: 1 } });
    expect([enabledUnder(enterpriseId), enabledUnder(`${enterpriseId}/2`), aliasesOf(enterpriseId)]).toEqual([
      false,
      true,
      2,
    ]);
    // A key that KMS created while its answer was lost has no owner.
    const mayLeaveOne = command === 'CreateKeyCommand' || command === 'CreateAliasCommand';
    expect(madeFor(enterpriseId)).toBeLessThanOrEqual(mayLeaveOne ? 3 : 2);
    await expect(
      server.hwf.call('create-site', { enterpriseId, siteRef: 'A', state: 'active' }),
    ).resolves.toMatchObject({ generation: 1 });
  });

  it('is one rotation when the same request comes twice at once', async () => {
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const same = { idempotencyKey: randomUUID() };
    const rotation = { enterpriseId, reason: 'scheduled' } as const;
    const clients = await Promise.all([1, 2].map(async () => (await startInstance(server)).client(server.operatorKey)));
    const meeting = Promise.withResolvers<undefined>();
    let arrived = 0;
    server.meter.fault = async ({ command }) => {
      if (command !== 'InvokeCommand') return undefined;
      if (++arrived === 2) meeting.resolve(undefined);
      return await meeting.promise;
    };
    const answers = await Promise.all(
      clients.map(async client => await client.call('rotate-enterprise-signing-key', rotation, same)),
    );
    expect(answers[0]).toMatchObject({ signingKey: { generation: 2 } });
    expect(answers[1]).toEqual(answers[0]);
    expect(aliasesOf(enterpriseId)).toBe(2);
  });
});
