import { DescribeSecretCommand, PutSecretValueCommand, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSecretsManagerStore, type SecretsManagerLike } from '../../sdk/stores/secrets-manager-store.ts';
import { type Fixture, startFixture } from '../local/aws/fixture.ts';

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

describe('the store in AWS Secrets Manager', () => {
  it('writes no version for a late change: a secret has at most a hundred of them', async () => {
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

  it('does not list secrets under its prefix of others, whose names it never gives', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    await secretsManagerStore(prefix).write('plant', '1', undefined);
    for (const name of ['a=b', 'of=E4', 'half=', 'lower=2a'])
      await realClient().createSecret({ Name: prefix + name, SecretString: 'x' });
    expect(await secretsManagerStore(prefix).names()).toEqual(['plant']);
  });

  it.each([0, 21, 1.5, Number.NaN])('refuses a rotation every %d days before it writes anything', everyDays => {
    const rotation = { functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:license-keys', everyDays };
    expect(() => createSecretsManagerStore(realClient(), { prefix: 'keys/', rotation })).toThrow(
      /everyDays .* is invalid: expected a whole number from 1 to 20/,
    );
  });

  it('attaches the rotation to the secrets of keys, again where a crash came between, and to nothing else', async () => {
    const prefix = `keys/${crypto.randomUUID()}/`;
    const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:license-keys';
    fixture.aws.setFunction('license-keys', async () => ({}));
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
    ['AccessDeniedException', 'Grant this role GetSecretValue'],
    ['ExpiredTokenException', 'the AWS credentials have expired'],
    ['CredentialsProviderError', 'Give this process a role'],
  ])('explains %s', async (name, remedy) => {
    const failing = async () => await Promise.reject(Object.assign(new Error('no'), { name }));
    const client = { getSecretValue: failing } as unknown as SecretsManagerLike;
    const store = createSecretsManagerStore(client, { prefix: 'keys/' });
    await expect(store.read('plant')).rejects.toThrow(remedy);
  });
});
