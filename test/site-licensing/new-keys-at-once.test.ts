import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationJwk } from '../../domain/identity/application.ts';
import type { Client } from '../../sdk/client.ts';
import { importSigningKey, type SigningKey } from '../../sdk/signing-key.ts';
import type { AwsCall } from '../support/aws/meter.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { newKeyPair, startServer, type TestServer } from '../support/server/server.ts';

const unknown = { code: 'signature-invalid', status: 401 };
const policy = { modes: ['dev' as const] };

describe('a new key is believed at once by an instance with warm caches', () => {
  let server: TestServer;
  let elsewhere: Instance;
  let names = 0;

  beforeAll(async () => {
    server = await startServer();
    elsewhere = await startInstance(server);
  });
  afterAll(async () => await server.close());

  const home = async (key: SigningKey) => await elsewhere.client(key).call('get-own-application', {});

  async function pair() {
    const { pem, jwk } = newKeyPair();
    return { pem, publicKey: ApplicationJwk.parse(jwk) };
  }

  async function rotated(applicationId: string): Promise<SigningKey> {
    const { pem, publicKey } = await pair();
    const { keys } = await server.operator.call('rotate-application-key', { applicationId, publicKey });
    return await importSigningKey(keys.at(-1)?.keyid ?? '', pem);
  }

  /** Knows the application and has just been asked about a key that it has not. */
  async function warm(): Promise<{ app: string; key: SigningKey }> {
    const app = `warm-${++names}`;
    const { key } = await server.register(app, policy);
    await home(key);
    return { app, key };
  }

  const stranger = (key: SigningKey, app: string, n = 0): SigningKey => ({
    ...key,
    keyid: `hub.${app}.${String(n).padStart(22, '0')}`,
  });

  it('when it was rotated in', async () => {
    const { app, key } = await warm();
    const fresh = await rotated(app);
    await expect(home(fresh)).resolves.toMatchObject({ application: app });
    await expect(home(key)).resolves.toMatchObject({ application: app });
  });

  it('when it was rotated in while unknown keys of the application are tried, within 2 s', async () => {
    const { app, key } = await warm();
    await expect(home(stranger(key, app))).rejects.toMatchObject(unknown);
    const fresh = await rotated(app);
    server.clock.at += 2;
    await expect(home(fresh)).resolves.toMatchObject({ application: app });
  });

  it('when its application was registered after it was asked for, within 2 s', async () => {
    const app = `late-${++names}`;
    const { pem, publicKey } = await pair();
    await expect(home(stranger(server.keys.boost, app))).rejects.toMatchObject(unknown);
    const { keys } = await server.operator.call('register-application', { application: app, publicKey, policy });
    server.clock.at += 2;
    const key = await importSigningKey(keys[0]?.keyid ?? '', pem);
    await expect(home(key)).resolves.toMatchObject({ application: app });
  });

  it.each([
    ['that is known', async () => (await warm()).app],
    ['that is not registered', async () => `absent-${++names}`],
  ])('but a flood of unknown keys of an application %s costs one read in 2 s', async (_title, prepare) => {
    const app = await prepare();
    const client = (n: number): Client => elsewhere.client(stranger(server.keys.boost, app, n));
    await expect(client(0).call('get-own-application', {})).rejects.toMatchObject(unknown);
    const seconds = 20;
    const calls = await server.meter.of(async () => {
      for (let second = 0; second < seconds; second++) {
        server.clock.at += 1;
        const flood = Array.from({ length: 10 }, (_, n) => client(1 + second * 10 + n).call('get-own-application', {}));
        for (const { status } of await Promise.allSettled(flood)) expect(status).toBe('rejected');
      }
    });
    const reads = calls.filter(call => isReadOf(call, app));
    expect(reads.length).toBeLessThanOrEqual(seconds / 2);
    expect(calls).toHaveLength(reads.length);
  });
});

function isReadOf({ command, input }: AwsCall, app: string): boolean {
  return command === 'GetItemCommand' && Object(input.Key).pk === `P#hub#${app}`;
}
