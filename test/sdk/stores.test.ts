import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { withPrefix } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { createSecretsManagerStore } from '../../sdk/stores/secrets-manager-store.ts';
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

/** At the local Secrets Manager, each time under a prefix of its own. */
function secretsManagerStore() {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManager({
    endpoint: fixture.aws.endpoint,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
  });
  return createSecretsManagerStore(client, { prefix: `keys/${crypto.randomUUID()}/` });
}

const stores = {
  'the store in AWS Secrets Manager': async () => secretsManagerStore(),
  'the file store': async () => await openFileStore(folder),
  'the memory store': async () => createMemoryStore(),
  'a part of a store': async () => withPrefix(await openFileStore(folder), 'part/'),
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
