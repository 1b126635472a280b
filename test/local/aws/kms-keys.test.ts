import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { dayMs, type Fixture, startFixture } from './fixture.ts';
import { createAlias, createKey, createSigningKey, signing } from './kms-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const account = 'arn:aws:iam::000000000000:root';
const caller = 'arn:aws:iam::000000000000:role/license-server-local';

function policyOf(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function allow(principal: string, action: string) {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*' };
}

const unknownKeyId = '00000000-0000-4000-8000-000000000000';

describe('a key', () => {
  test('is described by its id, its ARN, its alias and the ARN of its alias', async () => {
    const { KeyId, Arn } = await createKey(fixture.kms, {
      Description: 'Org',
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
    });
    const alias = await createAlias(fixture.kms, KeyId);

    for (const reference of [KeyId, Arn, alias, `arn:aws:kms:eu-central-1:000000000000:${alias}`]) {
      const { KeyMetadata } = await fixture.kms.send(new DescribeKeyCommand({ KeyId: reference }));
      expect(KeyMetadata).toMatchObject({
        KeyId,
        Arn: `arn:aws:kms:eu-central-1:000000000000:key/${KeyId}`,
        Description: 'Org',
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
        KeyState: 'Enabled',
        SigningAlgorithms: ['ECDSA_SHA_256'],
        CreationDate: new Date(fixture.clock.nowMs),
      });
    }
  });

  test.each([unknownKeyId, 'not-an-id', 'alias/unknown', 'arn:aws:kms:us-east-1:000000000000:key/x'])(
    'refuses with NotFoundException when there is no %s',
    async KeyId => {
      await expect(fixture.kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
        name: 'NotFoundException',
        $metadata: { httpStatusCode: 400 },
      });
    },
  );

  test('refuses with ValidationException a usage that its spec does not have', async () => {
    await expect(createKey(fixture.kms, { KeySpec: 'ECC_NIST_P256' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('refuses with UnsupportedOperationException a spec that is not emulated', async () => {
    const input = { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } as const;
    await expect(createKey(fixture.kms, input)).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
  });

  test('keeps its policy until another is put', async () => {
    const policy = policyOf(allow('*', 'kms:*'));
    const { KeyId } = await createKey(fixture.kms, { Policy: policy });
    const getPolicy = () => fixture.kms.send(new GetKeyPolicyCommand({ KeyId }));
    expect((await getPolicy()).Policy).toBe(policy);

    const other = policyOf(allow(caller, 'kms:PutKeyPolicy'));
    await fixture.kms.send(new PutKeyPolicyCommand({ KeyId, Policy: other }));

    expect(await getPolicy()).toMatchObject({ Policy: other, PolicyName: 'default' });
    expect(fixture.aws.kms.keys.get(KeyId)?.policy).toBe(other);
  });

  test('refuses with LimitExceededException a policy of more than 32,768 bytes', async () => {
    const Policy = policyOf({ ...allow('*', 'kms:*'), Sid: 'x'.repeat(32_768) });
    await expect(createKey(fixture.kms, { Policy })).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  test.each([
    ['is not JSON', 'allow all'],
    ['has a statement without a principal', policyOf(allow('*', 'kms:*'), { Effect: 'Allow', Action: 'kms:Sign' })],
    ['has a character outside Latin-1', policyOf({ ...allow('*', 'kms:*'), Sid: 'ключ' })],
  ])('refuses with MalformedPolicyDocumentException a policy that %s', async (_, Policy) => {
    const input = { Policy, BypassPolicyLockoutSafetyCheck: true };
    await expect(createKey(fixture.kms, input)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });
});

describe('the lock-out check of a key policy', () => {
  const deny = { ...allow('*', 'kms:PutKeyPolicy'), Effect: 'Deny' };
  const lockedOut = [
    ['allows nothing', policyOf()],
    ['lets the account put a policy, whose IAM policies do not let the caller', policyOf(allow(account, 'kms:*'))],
    ['lets another role put a policy', policyOf(allow(`${caller}-other`, 'kms:*'))],
    ['lets the caller sign alone', policyOf(allow(caller, 'kms:Sign'))],
    ['lets the caller put a policy on a condition', policyOf({ ...allow(caller, 'kms:*'), Condition: {} })],
    ['denies the caller what it allows', policyOf(allow(caller, 'kms:*'), deny)],
    ['has no resource, and so no effect', policyOf({ Effect: 'Allow', Principal: '*', Action: 'kms:*' })],
  ] as const;
  const refusal = {
    name: 'MalformedPolicyDocumentException',
    message: 'The new key policy will not allow you to update the key policy in the future.',
  };

  test.each(lockedOut)('refuses to create or to keep a key with a policy that %s', async (_, Policy) => {
    await expect(createKey(fixture.kms, { Policy })).rejects.toMatchObject(refusal);
    const { KeyId } = await createKey(fixture.kms);
    await expect(fixture.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))).rejects.toMatchObject(refusal);
  });

  test.each(lockedOut)('is left out on request: a policy that %s', async (_, Policy) => {
    const { KeyId } = await createKey(fixture.kms, { Policy, BypassPolicyLockoutSafetyCheck: true });
    expect(fixture.aws.kms.keys.get(KeyId)?.policy).toBe(Policy);
  });
});

describe('the state of a key', () => {
  test('disabled: does not sign (DisabledException) until enabled', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    await fixture.kms.send(new DisableKeyCommand({ KeyId }));
    await expect(fixture.kms.send(new SignCommand(signing(KeyId)))).rejects.toMatchObject({
      name: 'DisabledException',
    });

    await fixture.kms.send(new EnableKeyCommand({ KeyId }));
    await expect(fixture.kms.send(new SignCommand(signing(KeyId)))).resolves.toBeDefined();
  });

  test('pending deletion: refuses to sign, to enable and to get an alias, with KMSInvalidStateException', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    const scheduled = await fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(scheduled.DeletionDate).toEqual(new Date(fixture.clock.nowMs + 7 * dayMs));

    for (const refused of [
      () => fixture.kms.send(new SignCommand(signing(KeyId))),
      () => fixture.kms.send(new EnableKeyCommand({ KeyId })),
      () => fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
      () => createAlias(fixture.kms, KeyId),
    ]) {
      await expect(refused()).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    }
  });

  test('after a cancelled deletion: disabled', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    await fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await fixture.kms.send(new CancelKeyDeletionCommand({ KeyId }));
    const { KeyMetadata } = await fixture.kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ KeyState: 'Disabled', Enabled: false });
    await expect(fixture.kms.send(new CancelKeyDeletionCommand({ KeyId }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    });
  });

  test('after the window: gone, and its aliases with it', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    const alias = await createAlias(fixture.kms, KeyId);
    await fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));

    fixture.clock.nowMs += 7 * dayMs;

    for (const reference of [KeyId, alias]) {
      await expect(fixture.kms.send(new DescribeKeyCommand({ KeyId: reference }))).rejects.toMatchObject({
        name: 'NotFoundException',
      });
    }
  });

  test('refuses a window under 7 days with ValidationException', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    await expect(
      fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 1 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
