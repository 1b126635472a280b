import { createServer } from 'node:http';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { type ClientSettings, createClient } from '../../sdk/client.ts';
import { importSigningKey } from '../../sdk/signing-key.ts';
import { ConfigurationError } from '../../sdk/start/configuration-error.ts';
import { type PreflightSettings, preflight } from '../../sdk/start/preflight.ts';
import { storedSigningKey } from '../../sdk/start/stored-signing-key.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { createSecretsManagerStore, type SecretsManagerLike } from '../../sdk/stores/secrets-manager-store.ts';
import { captureOutput } from '../support/output.ts';
import { newKeyPair, startServer, type TestServer } from '../support/server/server.ts';
import { root as otherRoot } from '../support/tamper/chain-world.ts';

const day = 86_400;
const output = captureOutput();
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  output.restore();
});

/** HWF as it should be, but for what a test has wrong. */
function hwf(wrong: Partial<PreflightSettings> = {}, line: Partial<ClientSettings> = {}): PreflightSettings {
  const client = createClient({
    url: server.url,
    key: server.keys.hwf,
    now: () => server.clock.at,
    random: () => 0,
    ...line,
  });
  return { client, application: 'hub/hwf', root: server.world.root, store: createMemoryStore(), ...wrong };
}

async function faultsOf(settings: PreflightSettings): Promise<readonly string[]> {
  const error = await preflight(settings).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigurationError)) throw error;
  return error.faults;
}

/** Something that answers, and is not a license server: another host of the same kind, a portal. */
async function whileAnswering<T>(status: number, body: string, work: (url: string) => Promise<T>): Promise<T> {
  const other = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${Object(other.address()).port}/prod`);
  } finally {
    other.closeAllConnections();
    other.close();
  }
}

describe('a look at the configuration before the start', () => {
  it('finds nothing where all is right, start after start', async () => {
    const settings = hwf();
    expect(await preflight(settings)).toEqual([]);
    expect(await preflight(settings)).toEqual([]);
  });

  it('says of a wrong Root which one is pinned, which one the server has, and where to get the right one', async () => {
    const faults = await faultsOf(hwf({ root: otherRoot.jwk }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`expected ${await thumbprintOf(otherRoot.jwk)}`);
    expect(faults[0]).toContain(`got ${await thumbprintOf(server.world.root)}`);
    expect(faults[0]).toContain('docs/trust-chain.md');
  });

  it('takes two pinned Roots while the Root rotates', async () => {
    expect(await preflight(hwf({ root: [otherRoot.jwk, server.world.root] }))).toEqual([]);
  });

  it('says what a Root looks like to who pinned something else', async () => {
    const [fault] = await faultsOf(hwf({ root: { kty: 'oct' } }));
    expect(fault).toContain('The pinned Root is invalid: expected a P-256 public key as a JWK');
  });

  it('says of a key that the server does not know what to compare', async () => {
    const stranger = await importSigningKey(server.keys.hwf.keyid, newKeyPair().pem);
    const [fault] = await faultsOf(hwf({}, { key: stranger }));
    expect(fault).toContain('Check that the keyid is the one assigned by the vendor');
  });

  it('says whose key it is when it is of another application', async () => {
    const [fault] = await faultsOf(hwf({ application: 'hub/boost' }));
    expect(fault).toContain('The signing key belongs to another application: expected hub/boost, got hub/hwf');
  });

  it('asks to set a clock that is days off', async () => {
    const [fault] = await faultsOf(hwf({}, { now: () => server.clock.at - 30 * day }));
    expect(fault).toContain('The clock of this machine is 30 days late. Set it');
  });

  it.each([
    [403, '{"message":"Forbidden"}'],
    [200, '{"roots":[]}'],
    [404, '{"code":"not-found","detail":"There is no such operation.","status":404}'],
  ])('asks for another URL when something else answers %d', async (status, body) => {
    const faults = await whileAnswering(status, body, async url => await faultsOf(hwf({}, { url })));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('is not a license server');
    expect(faults[0]).toContain('Check the host, the region and the stage in the URL');
  });

  it('lets an application start without the server, and says what to look at if that does not pass', async () => {
    const cause = new Error('getaddrinfo ENOTFOUND abc.execute-api.eu-centarl-1.amazonaws.com');
    const fetch = async () => await Promise.reject(new TypeError('fetch failed', { cause }));
    const [concern, ...others] = await preflight(hwf({}, { fetch }));
    expect(others).toEqual([]);
    expect(concern).toContain(cause.message);
    expect(concern).toContain('check the host and the region in the URL');
  });

  it.each(['read', 'write', 'names'] as const)(
    'finds a store in which it may not %s, beside all that else is wrong',
    async what => {
      const store = { ...createMemoryStore(), [what]: async () => await Promise.reject(new Error('chmod 700 it')) };
      const faults = await faultsOf(hwf({ store, root: otherRoot.jwk }));
      expect(faults).toEqual(['chmod 700 it', expect.stringContaining('The pinned Root does not match')]);
    },
  );
});

describe('the signing key from a store', () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const secrets = (region?: string) => {
    const { endpoint } = server.world.aws;
    return new SecretsManager({ endpoint, credentials, ...(region !== undefined && { region }) });
  };
  const record = { keyid: 'hub.hwf.x', privateKey: newKeyPair().pem };

  it('signs with what the secret holds', async () => {
    const store = createSecretsManagerStore(secrets('eu-central-1'), { prefix: 'start/' });
    await store.write('application-key', JSON.stringify(record), undefined);
    expect(await storedSigningKey(store)).toMatchObject({ keyid: 'hub.hwf.x', alg: 'ed25519' });
  });

  it('names the secret and the region where it is not there', async () => {
    const store = createSecretsManagerStore(secrets('eu-west-1'), { prefix: 'elsewhere/' });
    await expect(storedSigningKey(store)).rejects.toThrow(
      'the secret elsewhere/application-key of AWS Secrets Manager in eu-west-1. Put it there, or correct the name',
    );
  });

  it('says what it must be, and nothing of what it is', async () => {
    const store = createMemoryStore();
    await store.write('application-key', '{"keyid":"k","privateKey":"hush"}', undefined);
    const error: unknown = await storedSigningKey(store).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('is invalid: expected {"keyid"');
    expect(JSON.stringify([String(error), Object(error).cause])).not.toContain('hush');
  });

  it('says that no region is set', async () => {
    const before = { ...process.env };
    delete process.env.AWS_REGION;
    process.env.AWS_CONFIG_FILE = '/dev/null';
    try {
      const store = createSecretsManagerStore(secrets(), { prefix: 'start/' });
      await expect(storedSigningKey(store)).rejects.toThrow('the region is missing. Set AWS_REGION');
    } finally {
      delete process.env.AWS_CONFIG_FILE;
      Object.assign(process.env, before);
    }
  });

  it.each([
    [{ name: 'ExpiredTokenException' }, 'the AWS credentials have expired. Get new ones'],
    [{ name: 'InvalidSignatureException' }, 'Check the secret access key'],
    [{ name: 'Error', code: 'ENOTFOUND' }, 'Check the region'],
    [{ name: 'Error', code: 'ECONNREFUSED' }, 'Check the endpoint'],
    [{ name: 'TimeoutError' }, 'Check the route from this network'],
  ])('explains %j', async (fault, remedy) => {
    const failing = async () => await Promise.reject(Object.assign(new Error('no'), fault));
    const client = { getSecretValue: failing } as unknown as SecretsManagerLike;
    await expect(storedSigningKey(createSecretsManagerStore(client, { prefix: 'keys/' }))).rejects.toThrow(remedy);
  });
});
