import {
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { dayMs, type Fixture, startFixture } from './fixture.ts';
import { createKey, createSigningKey, message } from './kms-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

describe('encryption', () => {
  const context = { table: 'licenses', item: 'site#1' };

  test('gives back what was encrypted, whatever the order of the context', async () => {
    const { KeyId, Arn } = await createKey(fixture.kms);
    const { CiphertextBlob } = await fixture.kms.send(
      new EncryptCommand({ KeyId, Plaintext: message, EncryptionContext: context }),
    );
    const reordered = { item: context.item, table: context.table };
    const decrypted = await fixture.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: reordered }));
    expect(Buffer.from(decrypted.Plaintext ?? [])).toEqual(message);
    expect(decrypted.KeyId).toBe(Arn);
  });

  test('gives data keys of 32 bytes that Decrypt opens', async () => {
    const { KeyId } = await createKey(fixture.kms);
    const dataKey = await fixture.kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: context }),
    );
    const { CiphertextBlob, Plaintext } = dataKey;
    const decrypted = await fixture.kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: context }));
    expect(Plaintext?.length).toBe(32);
    expect(decrypted.Plaintext).toEqual(Plaintext);
  });

  test.each([undefined, {}, { table: 'licenses' }, { ...context, item: 'site#2' }])(
    'refuses the context %j with InvalidCiphertextException',
    async other => {
      const { KeyId } = await createKey(fixture.kms);
      const { CiphertextBlob } = await fixture.kms.send(
        new EncryptCommand({ KeyId, Plaintext: message, EncryptionContext: context }),
      );
      await expect(
        fixture.kms.send(new DecryptCommand({ CiphertextBlob, ...(other && { EncryptionContext: other }) })),
      ).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    },
  );

  test('refuses a changed or short ciphertext with InvalidCiphertextException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    const sealed = await fixture.kms.send(new EncryptCommand({ KeyId, Plaintext: message }));
    const changed = Buffer.from(sealed.CiphertextBlob ?? []);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);

    for (const CiphertextBlob of [changed, changed.subarray(0, 20), Buffer.from('short')]) {
      await expect(fixture.kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
    }
  });

  test('refuses another key with IncorrectKeyException', async () => {
    const { CiphertextBlob } = await fixture.kms.send(
      new EncryptCommand({ KeyId: (await createKey(fixture.kms)).KeyId, Plaintext: message }),
    );
    const other = await createKey(fixture.kms);
    await expect(fixture.kms.send(new DecryptCommand({ CiphertextBlob, KeyId: other.KeyId }))).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
  });

  test('refuses a ciphertext whose key is gone with AccessDeniedException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    const { CiphertextBlob } = await fixture.kms.send(new EncryptCommand({ KeyId, Plaintext: message }));
    await fixture.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    fixture.clock.nowMs += 7 * dayMs;
    await expect(fixture.kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('refuses a signing key with InvalidKeyUsageException and a disabled key with DisabledException', async () => {
    const asymmetric = await createSigningKey(fixture.kms);
    const disabled = await createKey(fixture.kms);
    await fixture.kms.send(new DisableKeyCommand({ KeyId: disabled.KeyId }));
    const dataKey = (KeyId: string) => fixture.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));

    await expect(dataKey(asymmetric.KeyId)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
    await expect(dataKey(disabled.KeyId)).rejects.toMatchObject({ name: 'DisabledException' });
  });

  test('refuses more than 4096 bytes with ValidationException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    await expect(fixture.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4097) }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
