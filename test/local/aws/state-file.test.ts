import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { startAws } from '../../../local/aws/server.ts';
import { startFixture } from './fixture.ts';

let folder: string;
let stateFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
  stateFile = join(folder, 'new', 'aws.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const newKey = () => new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });

test('keys, aliases and secrets survive a restart', async () => {
  const before = await startFixture({ stateFile });
  const { KeyMetadata } = await before.kms.send(newKey());
  await before.kms.send(new CreateAliasCommand({ AliasName: 'alias/root', TargetKeyId: KeyMetadata?.KeyId }));
  await before.secrets.send(new CreateSecretCommand({ Name: 'site', SecretString: 'hush' }));
  const { PublicKey } = await before.kms.send(new GetPublicKeyCommand({ KeyId: 'alias/root' }));
  await before.close();

  const after = await startFixture({ stateFile });
  const publicKey = await after.kms.send(new GetPublicKeyCommand({ KeyId: 'alias/root' }));
  const secret = await after.secrets.send(new GetSecretValueCommand({ SecretId: 'site' }));
  await after.close();

  expect(publicKey).toMatchObject({ PublicKey, KeyId: KeyMetadata?.Arn });
  expect(secret.SecretString).toBe('hush');
});

test('a change is in the file before its answer leaves; only the owner may read it; nothing else remains', async () => {
  const fixture = await startFixture({ stateFile });
  const { KeyMetadata } = await fixture.kms.send(newKey());

  expect(readFileSync(stateFile, 'utf8')).toContain(KeyMetadata?.KeyId);
  expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'new'))).toEqual(['aws.json']);
  await fixture.close();
});

test('a change that cannot be written is refused and has not happened', async () => {
  const fixture = await startFixture({ stateFile });
  const kept = await fixture.kms.send(newKey());
  // A directory in the way of the temporary file: also root, who ignores permissions, cannot write.
  const blocked = `${stateFile}.${process.pid}.tmp`;
  mkdirSync(blocked);

  await expect(fixture.kms.send(newKey())).rejects.toMatchObject({ name: 'InternalFailure' });

  expect([...fixture.aws.kms.keys.keys()]).toEqual([kept.KeyMetadata?.KeyId]);
  await fixture.close();
});

test.each([
  ['text that is not JSON', 'MIGHAgEA-private'],
  ['half a file', '{"version":1,"kms":{"keys":['],
  ['another version', '{"version":2,"kms":{"keys":[],"aliases":[]},"secrets":[]}'],
  ['a key without its material', '{"version":1,"kms":{"keys":[{"keyId":"x"}],"aliases":[]},"secrets":[]}'],
  ['nothing', ''],
])(
  'refuses %s with an error that names the file and --fresh, quotes nothing of it, and leaves it',
  async (_what, text) => {
    const corrupt = join(folder, 'corrupt.json');
    writeFileSync(corrupt, text);

    const error = await startAws({ stateFile: corrupt }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'CorruptStateFile', message: expect.stringContaining(corrupt) });
    expect(String(error)).toContain('--fresh');
    expect(String(error)).not.toContain('private');
    expect(readFileSync(corrupt, 'utf8')).toBe(text);
  },
);
