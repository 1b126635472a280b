import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationJwk } from '../../../domain/identity/application.ts';
import { type Instance, startInstance } from '../../support/server/instance.ts';
import { newKeyPair, startServer, type TestServer } from '../../support/server/server.ts';

const hour = 3600;

describe('the token of an application', () => {
  let server: TestServer;
  let instance: Instance;
  beforeAll(async () => {
    server = await startServer();
    instance = await startInstance(server);
  });
  afterAll(async () => await server.close());

  const home = async (of: 'hwf' | 'boost') => await instance.client(server.keys[of]).call('get-own-application', {});

  async function signsOf(work: () => Promise<unknown>): Promise<number> {
    const calls = await server.meter.of(work);
    return calls.filter(({ command }) => command === 'SignCommand').length;
  }

  it('costs one signature in an hour, and still has most of its day then', async () => {
    const tokens = new Set<string>();
    const ask = async () => tokens.add((await home('hwf')).token);
    expect(await signsOf(ask)).toBe(1);
    server.clock.at += hour - 1;
    expect(await signsOf(ask)).toBe(0);
    expect(tokens.size).toBe(1);
    const { tokenExpiresAt } = await home('hwf');
    expect(Date.parse(tokenExpiresAt) / 1000 - server.clock.at).toBeGreaterThan(22 * hour);
    server.clock.at += 1;
    expect(await signsOf(ask)).toBe(1);
    expect(tokens.size).toBe(2);
  });

  it('is signed again when the keys are others, and is another application’s never', async () => {
    const before = await home('hwf');
    expect((await home('boost')).token).not.toBe(before.token);
    const publicKey = ApplicationJwk.parse(newKeyPair().jwk);
    const { keys } = await server.operator.call('rotate-application-key', { applicationId: 'hwf', publicKey });
    let after = before;
    expect(
      await signsOf(async () => {
        after = await home('hwf');
      }),
    ).toBe(1);
    const { keys: told } = JSON.parse(Buffer.from(after.token.split('.')[1] ?? '', 'base64url').toString());
    expect(told.map(({ keyid }: { keyid: string }) => keyid)).toEqual(keys.map(({ keyid }) => keyid));
    expect(await signsOf(async () => await home('hwf'))).toBe(0);
  });

  it('says what the policy allows without a connection, and is signed again when that changes', async () => {
    const said = async () =>
      JSON.parse(Buffer.from((await home('hwf')).token.split('.')[1] ?? '', 'base64url').toString());
    const before = await said();
    expect(before.policy).toEqual({
      enforcesFor: ['boost'],
      enterprises: 'all',
      cacheSeconds: 3600,
      graceSeconds: 432_000,
    });
    const enterprises = [(await server.hwf.call('create-enterprise', {})).enterpriseId];
    const policy = { modes: ['production' as const], graceSeconds: 60, enterprises };
    await server.operator.call('update-application', { applicationId: 'hwf', policy });
    const narrow = { enforcesFor: [], enterprises: 'listed', cacheSeconds: 3600, graceSeconds: 60 };
    expect((await said()).policy).toEqual(narrow);
  });
});
