import { randomUUID } from 'node:crypto';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dayMs, type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.aws.setFunction('rotate', async () => ({}));
});
afterEach(() => fixture.close());

const SecretId = 'site';
const RotationLambdaARN = 'arn:aws:lambda:eu-central-1:000000000000:function:rotate';
const create = (input: object = {}) =>
  fixture.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'first', ...input }));
const put = (input: object = {}) =>
  fixture.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'next', ...input }));
const get = (input: object = {}) => fixture.secrets.send(new GetSecretValueCommand({ SecretId, ...input }));
const move = (input: object = {}) =>
  fixture.secrets.send(
    new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'A', MoveToVersionId: randomUUID(), ...input }),
  );
const rotate = (input: object = {}) =>
  fixture.secrets.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotateImmediately: false, ...input }));
const describeSecret = () => fixture.secrets.send(new DescribeSecretCommand({ SecretId }));
const list = (input: object) => fixture.secrets.send(new ListSecretsCommand(input));

describe('the local Secrets Manager', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['DescribeSecret', () => describeSecret()],
    ['GetSecretValue', () => get()],
    ['PutSecretValue', () => put()],
    ['RotateSecret', () => rotate()],
    ['UpdateSecretVersionStage', () => move()],
  ])('refuses %s of an unknown secret with ResourceNotFoundException', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['CreateSecret', () => create()],
    ['GetSecretValue', () => get()],
    ['PutSecretValue', () => put()],
    ['RotateSecret', () => rotate()],
    ['UpdateSecretVersionStage', () => move()],
  ])('refuses %s of a secret that is scheduled for deletion with InvalidRequestException', async (_, call) => {
    await create();
    await fixture.secrets.send(new DeleteSecretCommand({ SecretId }));
    await expect(call()).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a value of 65,537 bytes in fewer characters', () => put({ SecretString: `${'ä'.repeat(32_768)}x` })],
    ['a token of 65 characters', () => put({ ClientRequestToken: 'x'.repeat(65) })],
    ['a token of 31 characters', () => create({ Name: 'other', ClientRequestToken: 'x'.repeat(31) })],
    ['a version of 31 characters', () => get({ VersionId: 'x'.repeat(31) })],
    ['a label of 257 characters', () => put({ VersionStages: ['x'.repeat(257)] })],
    ['21 labels', () => put({ VersionStages: Array.from({ length: 21 }, (_, index) => `L${index}`) })],
    ['a name over 512 characters', () => create({ Name: 'x'.repeat(513) })],
    ['51 tags', () => create({ Name: 'other', Tags: Array(51).fill({ Key: 'a', Value: 'b' }) })],
    ['an empty filter', () => list({ Filters: [{ Key: 'name', Values: [] }] })],
    ['a schedule of 3 hours', () => rotate({ RotationRules: { ScheduleExpression: 'rate(3 hours)' } })],
    ['a schedule of 1000 days', () => rotate({ RotationRules: { ScheduleExpression: 'rate(1000 days)' } })],
    ['a schedule of half days', () => rotate({ RotationRules: { ScheduleExpression: 'rate(1.5 days)' } })],
    [
      'two schedules',
      () => rotate({ RotationRules: { ScheduleExpression: 'rate(4 days)', AutomaticallyAfterDays: 4 } }),
    ],
  ])('refuses %s with InvalidParameterException', async (_, call) => {
    await create();
    await expect(call()).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('stores a value of 65,536 bytes', async () => {
    await create({ SecretString: 'ä'.repeat(32_768) });
    expect((await get()).SecretString).toHaveLength(32_768);
  });

  it('refuses a 101st version within a day with LimitExceededException, and accepts it a day later', async () => {
    await create();
    for (let count = 1; count < 100; count++) await put();
    await expect(put()).rejects.toMatchObject({ name: 'LimitExceededException' });

    fixture.clock.nowMs += dayMs;

    await put({ SecretString: 'a day later' });
    expect((await get()).SecretString).toBe('a day later');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('next');
  });

  it('refuses a 21st label of a version with LimitExceededException', async () => {
    const { VersionId: MoveToVersionId } = await create();
    for (let count = 1; count < 20; count++) await move({ MoveToVersionId, VersionStage: `L${count}` });
    const another = move({ MoveToVersionId, VersionStage: 'L20' });
    await expect(another).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('refuses to rotate by a function that does not exist with AccessDeniedException, and attaches nothing', async () => {
    await create();
    const attach = rotate({ RotationLambdaARN: `${RotationLambdaARN}-unknown` });
    await expect(attach).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect((await describeSecret()).RotationLambdaARN).toBeUndefined();
  });

  it('refuses a page token that it did not issue with InvalidNextTokenException', async () => {
    await expect(list({ NextToken: 'not a token' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
  });

  it('refuses a KMS key that cannot encrypt with EncryptionFailure, and reads under it with DecryptionFailure', async () => {
    const { KeyMetadata: { KeyId } = {} } = await fixture.kms.send(new CreateKeyCommand({}));
    await create({ KmsKeyId: KeyId });
    await fixture.kms.send(new DisableKeyCommand({ KeyId }));

    await expect(create({ Name: 'other', KmsKeyId: KeyId })).rejects.toMatchObject({ name: 'EncryptionFailure' });
    await expect(put()).rejects.toMatchObject({ name: 'EncryptionFailure' });
    await expect(get()).rejects.toMatchObject({ name: 'DecryptionFailure' });
  });
});
