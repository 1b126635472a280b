import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  GetPublicKeyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fixture, startFixture } from './fixture.ts';
import { createAlias, createKey, createSigningKey, signing } from './kms-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const unknownKeyId = '00000000-0000-4000-8000-000000000000';
const calls: Readonly<Record<string, (KeyId: string) => Promise<unknown>>> = {
  CreateAlias: TargetKeyId =>
    fixture.kms.send(new CreateAliasCommand({ AliasName: `alias/${crypto.randomUUID()}`, TargetKeyId })),
  DescribeKey: KeyId => fixture.kms.send(new DescribeKeyCommand({ KeyId })),
  DisableKey: KeyId => fixture.kms.send(new DisableKeyCommand({ KeyId })),
  GetPublicKey: KeyId => fixture.kms.send(new GetPublicKeyCommand({ KeyId })),
  ScheduleKeyDeletion: KeyId => fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
  Sign: KeyId => fixture.kms.send(new SignCommand(signing(KeyId))),
};
const named = (...names: string[]) => names.map(name => [name, calls[name] ?? (async () => undefined)] as const);
const everyCall = named(...Object.keys(calls));

describe('the local KMS', () => {
  it.each(everyCall)('refuses %s of a key that does not exist with NotFoundException', async (_, call) => {
    await expect(call(unknownKeyId)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it.each(everyCall)('refuses %s of a malformed ARN with InvalidArnException', async (_, call) => {
    await expect(call('arn:aws:kms:eu-central-1:key/x')).rejects.toMatchObject({ name: 'InvalidArnException' });
  });

  it.each(everyCall)('refuses %s of a key reference over 2048 characters with ValidationException', async (_, call) => {
    await expect(call('x'.repeat(2049))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each(named('CreateAlias', 'DisableKey', 'ScheduleKeyDeletion'))(
    'refuses %s of an alias with NotFoundException, since it takes keys only',
    async (_, call) => {
      const alias = await createAlias(fixture.kms, (await createKey(fixture.kms)).KeyId);
      await expect(call(alias)).rejects.toMatchObject({ name: 'NotFoundException' });
    },
  );

  it.each(named('CreateAlias', 'DisableKey', 'GetPublicKey', 'ScheduleKeyDeletion', 'Sign'))(
    'refuses %s of a key that is pending deletion with KMSInvalidStateException',
    async (_, call) => {
      const { KeyId } = await createSigningKey(fixture.kms);
      await calls.ScheduleKeyDeletion?.(KeyId);
      await expect(call(KeyId)).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    },
  );

  it.each(named('GetPublicKey', 'Sign'))('refuses %s of a disabled key with DisabledException', async (_, call) => {
    const { KeyId } = await createSigningKey(fixture.kms);
    await calls.DisableKey?.(KeyId);
    await expect(call(KeyId)).rejects.toMatchObject({ name: 'DisabledException' });
  });

  it('refuses a 51st alias of a key with LimitExceededException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    for (let count = 0; count < 50; count++) await createAlias(fixture.kms, KeyId);
    await expect(createAlias(fixture.kms, KeyId)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('refuses an alias under alias/aws/ with InvalidAliasNameException', async () => {
    const { KeyId: TargetKeyId } = await createKey(fixture.kms);
    const reserved = new CreateAliasCommand({ AliasName: 'alias/aws/licenses', TargetKeyId });
    await expect(fixture.kms.send(reserved)).rejects.toMatchObject({ name: 'InvalidAliasNameException' });
  });

  it.each(['alias/', 'alias/with space', `alias/${'x'.repeat(251)}`])(
    'refuses the alias name "%s" with ValidationException',
    async AliasName => {
      const { KeyId: TargetKeyId } = await createKey(fixture.kms);
      const create = new CreateAliasCommand({ AliasName, TargetKeyId });
      await expect(fixture.kms.send(create)).rejects.toMatchObject({ name: 'ValidationException' });
    },
  );

  it.each([
    ['a role that does not exist', { AWS: 'arn:aws:iam::000000000000:role/deleted' }],
    ['the unique id of a deleted role', { AWS: 'AROAEXAMPLEEXAMPLE123' }],
    ['a wildcard in an ARN', { AWS: ['*', 'arn:aws:iam::000000000000:role/*'] }],
    ['an account that does not exist', { AWS: 'arn:aws:iam::111111111111:root' }],
  ])('refuses a key policy that names %s with MalformedPolicyDocumentException', async (_, Principal) => {
    const Statement = [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const create = createKey(fixture.kms, { Policy, BypassPolicyLockoutSafetyCheck: true });
    await expect(create).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  it('refuses a description over 8192 characters with ValidationException', async () => {
    const create = fixture.kms.send(new CreateKeyCommand({ Description: 'x'.repeat(8193) }));
    await expect(create).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
