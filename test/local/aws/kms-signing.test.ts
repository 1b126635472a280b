import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand, SignCommand, VerifyCommand } from '@aws-sdk/client-kms';
import { type Fixture, startFixture } from './fixture.ts';
import { createKey, createSigningKey, message, signing } from './kms-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

describe('signing', () => {
  test('gives DER signatures that the public key verifies, here and with node:crypto', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    const { Signature } = await fixture.kms.send(new SignCommand(signing(KeyId)));
    const { PublicKey, KeySpec, SigningAlgorithms } = await fixture.kms.send(new GetPublicKeyCommand({ KeyId }));

    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'der' }, Signature ?? Buffer.of())).toBe(true);
    expect({ KeySpec, SigningAlgorithms }).toEqual({ KeySpec: 'ECC_NIST_P256', SigningAlgorithms: ['ECDSA_SHA_256'] });
    const verified = await fixture.kms.send(new VerifyCommand({ ...signing(KeyId), Signature }));
    expect(verified.SignatureValid).toBe(true);
  });

  test.each(['another message', 'no signature'])(
    'refuses to verify %s with KMSInvalidSignatureException',
    async what => {
      const { KeyId } = await createSigningKey(fixture.kms);
      const { Signature } = await fixture.kms.send(new SignCommand(signing(KeyId, Buffer.from('another message'))));
      const wrong = what === 'no signature' ? Buffer.from('nonsense') : Signature;

      await expect(fixture.kms.send(new VerifyCommand({ ...signing(KeyId), Signature: wrong }))).rejects.toMatchObject({
        name: 'KMSInvalidSignatureException',
      });
    },
  );

  test('signs 4096 bytes and refuses 4097 with ValidationException', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);

    await fixture.kms.send(new SignCommand(signing(KeyId, Buffer.alloc(4096))));
    const tooLong = fixture.kms.send(new SignCommand(signing(KeyId, Buffer.alloc(4097))));

    await expect(tooLong).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Value at 'message' failed to satisfy constraint"),
    });
  });

  test('refuses a digest with UnsupportedOperationException', async () => {
    const { KeyId } = await createSigningKey(fixture.kms);
    const digest = { ...signing(KeyId, Buffer.alloc(32)), MessageType: 'DIGEST' as const };
    await expect(fixture.kms.send(new SignCommand(digest))).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    });
  });

  test('refuses a symmetric key, and an algorithm of other keys, with InvalidKeyUsageException', async () => {
    const symmetric = await createKey(fixture.kms);
    const asymmetric = await createSigningKey(fixture.kms);
    const rsa = { ...signing(asymmetric.KeyId), SigningAlgorithm: 'RSASSA_PSS_SHA_256' as const };

    for (const input of [signing(symmetric.KeyId), rsa]) {
      await expect(fixture.kms.send(new SignCommand(input))).rejects.toMatchObject({
        name: 'InvalidKeyUsageException',
      });
    }
  });

  test('refuses the public key of a symmetric key with UnsupportedOperationException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    await expect(fixture.kms.send(new GetPublicKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    });
  });
});
