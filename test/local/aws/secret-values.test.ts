import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

const Name = 'license-server/site/1';
const create = (input: object = {}) =>
  fixture.secrets.send(new CreateSecretCommand({ Name, SecretString: 'first', ...input }));
const get = (input: object = {}) => fixture.secrets.send(new GetSecretValueCommand({ SecretId: Name, ...input }));
const put = (input: object = {}) =>
  fixture.secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'second', ...input }));
const describeSecret = () => fixture.secrets.send(new DescribeSecretCommand({ SecretId: Name }));

describe('a new secret', () => {
  test('is read by its name, its ARN, and its ARN without the suffix', async () => {
    const { ARN = '', VersionId } = await create();

    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:license-server\/site\/1-\w{6}$/);
    for (const SecretId of [Name, ARN, ARN.slice(0, -7)]) {
      const { $metadata, ...value } = await get({ SecretId });
      const CreatedDate = new Date(fixture.clock.nowMs);
      expect(value).toEqual({
        ARN,
        Name,
        VersionId,
        SecretString: 'first',
        VersionStages: ['AWSCURRENT'],
        CreatedDate,
      });
    }
  });

  test('may be binary', async () => {
    await create({ SecretString: undefined, SecretBinary: Buffer.of(0, 255) });
    const { SecretBinary, SecretString } = await get();
    expect(SecretBinary).toEqual(new Uint8Array([0, 255]));
    expect(SecretString).toBeUndefined();
  });

  test('refuses a name that is in use with ResourceExistsException', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test('is made once when its creation is repeated with the same token', async () => {
    const first = await create({ ClientRequestToken: randomUUID() });
    const again = await create({ ClientRequestToken: first.VersionId });
    expect(again).toMatchObject({ ARN: first.ARN, VersionId: first.VersionId });
    expect(fixture.aws.secrets.secrets.get(Name)?.versions).toHaveLength(1);
  });

  test('refuses both a string and bytes with InvalidParameterException', async () => {
    await expect(create({ SecretBinary: Buffer.of(1) })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test.each(['', 'with spaces', 'x'.repeat(513)])(
    'refuses the name "%s" with InvalidParameterException',
    async name => {
      await expect(create({ Name: name })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );
});

describe('reading', () => {
  test.each([
    ['an unknown name', { SecretId: 'unknown' }],
    [
      'an ARN with another suffix',
      { SecretId: `arn:aws:secretsmanager:eu-central-1:000000000000:secret:${Name}-xxxxxx` },
    ],
    ['an ARN of another region', { SecretId: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:x' }],
    ['an unknown version', { VersionId: randomUUID() }],
    ['a label that no version has', { VersionStage: 'AWSPENDING' }],
  ])('refuses %s with ResourceNotFoundException', async (_what, input) => {
    await create();
    await expect(get(input)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('refuses a secret without a value with ResourceNotFoundException', async () => {
    await create({ SecretString: undefined });
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('refuses a version which does not have the label with InvalidRequestException', async () => {
    const { VersionId } = await create();
    await expect(get({ VersionId, VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});

describe('a new value', () => {
  test('becomes current and the former one previous; one before that keeps no label', async () => {
    const first = await create();
    const second = await put();
    const third = await put({ SecretString: 'third' });

    expect((await get()).SecretString).toBe('third');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('second');
    expect(await get({ VersionId: first.VersionId })).toMatchObject({ SecretString: 'first' });
    expect((await describeSecret()).VersionIdsToStages).toEqual({
      [second.VersionId ?? '']: ['AWSPREVIOUS'],
      [third.VersionId ?? '']: ['AWSCURRENT'],
    });
  });

  test('leaves the current one alone when it is pending', async () => {
    await create();
    const { VersionStages } = await put({ VersionStages: ['AWSPENDING'] });
    expect(VersionStages).toEqual(['AWSPENDING']);
    expect((await get()).SecretString).toBe('first');
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('second');
  });

  test('is current as the first value, whatever its labels', async () => {
    await create({ SecretString: undefined });
    const { VersionStages } = await put({ VersionStages: ['AWSPENDING'] });
    expect(VersionStages).toEqual(['AWSPENDING', 'AWSCURRENT']);
  });

  test('is made once when the same token comes with the same content', async () => {
    await create();
    const first = await put({ ClientRequestToken: randomUUID() });
    const again = await put({ ClientRequestToken: first.VersionId });
    expect(again).toMatchObject({ VersionId: first.VersionId, VersionStages: ['AWSCURRENT'] });
    expect(fixture.aws.secrets.secrets.get(Name)?.versions).toHaveLength(2);
  });

  test('refuses the same token with other content with ResourceExistsException', async () => {
    await create();
    const ClientRequestToken = randomUUID();
    await put({ ClientRequestToken });
    await expect(put({ ClientRequestToken, SecretString: 'other' })).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    expect((await get()).SecretString).toBe('second');
  });

  test('refuses a token under 32 characters with InvalidParameterException', async () => {
    await create();
    await expect(put({ ClientRequestToken: 'short' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('refuses no value with InvalidRequestException', async () => {
    await create();
    await expect(put({ SecretString: undefined })).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  test('refuses an unknown secret with ResourceNotFoundException', async () => {
    await expect(put()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
