import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManager,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { inPlace, StoreUnusable } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { lockFile } from '../../sdk/stores/process-lock.ts';
import { createSecretsManagerStore, type SecretsManagerLike } from '../../sdk/stores/secrets-manager-store.ts';
import { type Fixture, startFixture } from '../local/aws/fixture.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'file-store-')), 'keys');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(async () => await fixture.close());

function realClient(): SecretsManager {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new SecretsManager({ endpoint: fixture.aws.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
}

/** The real client at the local Secrets Manager, each time under a prefix of its own. */
function secretsManagerStore(prefix = `keys/${crypto.randomUUID()}/`) {
  return createSecretsManagerStore(realClient(), { prefix, tags: { app: 'hwf' } });
}

const stores = {
  'the store in AWS Secrets Manager': async () => secretsManagerStore(),
  'the file store': async () => await openFileStore(folder),
  'the memory store': async () => createMemoryStore(),
  'a part of a store': async () => inPlace(await openFileStore(folder), 'part/'),
};

describe.each(Object.entries(stores))('%s', (_, open) => {
  it('gives back what was written, under any name', async () => {
    const store = await open();
    for (const name of ['plant', 'a/b', '../up', 'ä#%.secret']) {
      expect(await store.read(name)).toBeUndefined();
      const version = await store.write(name, `text of ${name}`, undefined);
      expect(await store.read(name)).toEqual({ text: `text of ${name}`, version });
    }
    expect([...(await store.names())].sort()).toEqual(['../up', 'a/b', 'plant', 'ä#%.secret']);
  });

  it('writes only over what was read', async () => {
    const store = await open();
    const first = await store.write('plant', '1', undefined);
    expect(await store.write('plant', '2', undefined)).toBeUndefined();
    const second = await store.write('plant', '2', first);
    expect(await store.write('plant', '3', first)).toBeUndefined();
    expect(await store.read('plant')).toEqual({ text: '2', version: second });
  });

  it('lets one of many writers win', async () => {
    const store = await open();
    const before = await store.write('plant', 'begin', undefined);
    const writes = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => await store.write('plant', `by ${i}`, before)),
    );
    const winners = writes.flatMap((version, i) => (version === undefined ? [] : [`by ${i}`]));
    expect([(await store.read('plant'))?.text]).toEqual(winners);
  });
});

describe('the file store', () => {
  it('keeps its files from others, and leaves nothing else behind', async () => {
    const store = await openFileStore(folder);
    await store.write('plant', 'secret', undefined);
    expect(readdirSync(folder)).toEqual(['plant.secret']);
    expect(statSync(join(folder, 'plant.secret')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('refuses a folder that others may read, and says the mend', async () => {
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    await expect(openFileStore(folder)).rejects.toThrow(`chmod 700 ${folder}`);
  });

  it('explains a folder that is none', async () => {
    writeFileSync(folder, '');
    await expect(openFileStore(folder)).rejects.toBeInstanceOf(StoreUnusable);
    await expect(openFileStore(folder)).rejects.toThrow('it is a file: name a folder');
    await expect(openFileStore(join(folder, 'below'))).rejects.toThrow('a part of the path is no folder');
  });

  it('gives a lock to one at a time', async () => {
    const store = await openFileStore(folder);
    const release = await store.lock?.('plant');
    expect(await store.lock?.('plant')).toBeUndefined();
    expect(await store.lock?.('other')).toBeDefined();
    await release?.();
    expect(await store.lock?.('plant')).toBeDefined();
  });

  it('takes over the lock of a process that is dead, not of one that lives', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, 'lock');
    for (const left of [`${hostname()} 999999999 1 x`, `${hostname()} ${process.pid} 1 x`]) {
      writeFileSync(path, left);
      const release = await lockFile(path);
      expect(release).toBeDefined();
      await release?.();
    }
    writeFileSync(path, 'another-host 1 1 x');
    expect(await lockFile(path)).toBeUndefined();
  });

  it('takes no lock of another container for that of a dead process, though both go by one host name', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, 'lock');
    await lockFile(path);
    const inAnother = readFileSync(path, 'utf8')
      .replace(/^(\S+) \d+/, '$1 999999999')
      .replace(/pid:\[\d+\]/, 'pid:[1]');
    writeFileSync(path, inAnother);
    expect(await lockFile(path)).toBeUndefined();
  });

  it('lists its own records only', async () => {
    const store = await openFileStore(folder);
    await store.write('plant', '1', undefined);
    writeFileSync(join(folder, '%zz.secret'), 'x');
    expect(await store.names()).toEqual(['plant']);
  });

  it('lets one of many take over what a dead process left', async () => {
    mkdirSync(folder, { mode: 0o700 });
    for (let round = 0; round < 20; round++) {
      const path = join(folder, `lock-${round}`);
      writeFileSync(path, `${hostname()} 999999999 1 x`);
      const takers = await Promise.all(Array.from({ length: 8 }, async () => await lockFile(path)));
      expect(takers.filter(release => release !== undefined).length).toBeLessThanOrEqual(1);
    }
  });
});

describe('the store in AWS Secrets Manager', () => {
  it('makes no version of what comes too late: a secret bears a hundred of them', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    const store = secretsManagerStore(prefix);
    const first = await store.write('plant', '1', undefined);
    await store.write('plant', '2', first);
    for (let late = 0; late < 3; late++) expect(await store.write('plant', 'late', first)).toBeUndefined();
    const { VersionIdsToStages = {} } = await fixture.secrets.send(
      new DescribeSecretCommand({ SecretId: `${prefix}plant` }),
    );
    expect(Object.keys(VersionIdsToStages)).toHaveLength(2);
  });

  it('lists its own records only', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    const store = secretsManagerStore(prefix);
    await store.write('plant', '1', undefined);
    await fixture.secrets.send(new CreateSecretCommand({ Name: `${prefix}a=b`, SecretString: 'x' }));
    expect(await store.names()).toEqual(['plant']);
  });

  it('keeps a record that a crash left half written from counting, and writes over it', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    const store = secretsManagerStore(prefix);
    const first = await store.write('plant', '1', undefined);
    const half = { SecretId: `${prefix}plant`, SecretString: 'half', VersionStages: ['LICENSE_WRITTEN'] };
    await fixture.secrets.send(new PutSecretValueCommand(half));
    expect(await store.read('plant')).toEqual({ text: '1', version: first });
    expect(await store.write('plant', '2', first)).toBeDefined();
    expect((await store.read('plant'))?.text).toBe('2');
  });

  it('knows its own move again when the answer was lost', async () => {
    const client = new Proxy({} as SecretsManagerLike, {
      get: (_, method: keyof SecretsManagerLike) => async (input: never) => {
        const answer = await Object(real)[method](input);
        if (method !== 'updateSecretVersionStage') return answer;
        throw Object.assign(new Error('again'), { name: 'InvalidParameterException' });
      },
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const real = new SecretsManager({ endpoint: fixture.aws.endpoint, region: 'eu-central-1', credentials });
    const store = createSecretsManagerStore(client, { prefix: `keys/${crypto.randomUUID()}/` });
    const first = await store.write('plant', '1', undefined);
    expect(await store.write('plant', '2', first)).toBeDefined();
    expect(await store.write('plant', '3', first)).toBeUndefined();
  });

  it('does not list secrets under its prefix that somebody else has made, under names that it never gives', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    await secretsManagerStore(prefix).write('plant', '1', undefined);
    for (const name of ['a=b', 'of=E4', 'half=', 'lower=2a'])
      await realClient().createSecret({ Name: prefix + name, SecretString: 'x' });
    expect(await secretsManagerStore(prefix).names()).toEqual(['plant']);
  });

  it('attaches the rotation to the secrets of keys, again where a crash came between, and to nothing else', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:license-keys';
    const secrets = realClient();
    const rotating = createSecretsManagerStore(secrets, { prefix, rotation: { functionArn, everyDays: 5 } });
    const rotationOf = async (name: string) => await secrets.describeSecret({ SecretId: prefix + name });
    const first = await secretsManagerStore(prefix).write('keys/old', '{}', undefined);
    await rotating.write('keys/old', '{}', first);
    await rotating.write('keys/new', '{}', undefined);
    await rotating.write('guard/memory', '{}', undefined);
    const RotationRules = { ScheduleExpression: 'rate(5 days)' };
    for (const name of ['keys/old', 'keys/new'])
      expect(await rotationOf(name)).toMatchObject({
        RotationEnabled: true,
        RotationLambdaARN: functionArn,
        RotationRules,
      });
    expect(await rotationOf('guard/memory')).not.toHaveProperty('RotationEnabled');
  });

  it.each([
    ['AccessDeniedException', 'grant it GetSecretValue'],
    ['ExpiredTokenException', 'the AWS credentials have expired'],
    ['CredentialsProviderError', 'give this process a role'],
  ])('explains %s', async (name, mend) => {
    const failing = async () => await Promise.reject(Object.assign(new Error('no'), { name }));
    const client = { getSecretValue: failing } as unknown as SecretsManagerLike;
    const store = createSecretsManagerStore(client, { prefix: 'keys/' });
    await expect(store.read('plant')).rejects.toThrow(mend);
  });
});
