import { createDecipheriv, hkdfSync } from 'node:crypto';
import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { describeVectors } from './vector-file.ts';

const hex = z.string().transform(text => Buffer.from(text, 'hex'));
const result = z.enum(['valid', 'invalid', 'acceptable']);
const Gcm = z.object({
  testGroups: z.array(
    z.object({
      ivSize: z.number(),
      keySize: z.number(),
      tagSize: z.number(),
      tests: z.array(z.object({ tcId: z.number(), key: hex, iv: hex, aad: hex, msg: hex, ct: hex, tag: hex, result })),
    }),
  ),
});
const Hkdf = z.object({
  testGroups: z.array(
    z.object({
      tests: z.array(
        z.object({ tcId: z.number(), ikm: hex, salt: hex, info: hex, size: z.number(), okm: hex, result }),
      ),
    }),
  ),
});

/** The primitives of lambdas/site-licensing/storage/signature-encryption.ts, called as it calls them. */
describeVectors('wycheproof/aes_gcm_test.json', Gcm, ({ testGroups }) => {
  const ours = testGroups.filter(({ ivSize, keySize, tagSize }) => ivSize === 96 && keySize === 256 && tagSize === 128);

  it('opens what is sealed with AES-256-GCM, and nothing that was changed', () => {
    for (const { tcId, key, iv, aad, msg, ct, tag, result } of ours.flatMap(({ tests }) => tests))
      expect({ tcId, opened: opened(key, iv, aad, ct, tag) }).toEqual({
        tcId,
        opened: result === 'valid' ? msg.toString('hex') : undefined,
      });
    expect(ours.length).toBeGreaterThan(0);
  });

  function opened(key: Buffer, iv: Buffer, aad: Buffer, ct: Buffer, tag: Buffer): string | undefined {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
      decipher.setAAD(aad);
      decipher.setAuthTag(tag);
      return Buffer.concat([decipher.update(ct), decipher.final()]).toString('hex');
    } catch {
      return undefined;
    }
  }
});

describeVectors('wycheproof/hkdf_sha256_test.json', Hkdf, ({ testGroups }) => {
  const tests = testGroups.flatMap(group => group.tests);

  it('derives the keys that HKDF-SHA256 derives, and none that are too long', () => {
    for (const { tcId, ikm, salt, info, size, okm, result } of tests) {
      const derive = () => Buffer.from(hkdfSync('sha256', ikm, salt, info, size)).toString('hex');
      if (result === 'invalid') expect(derive).toThrow();
      else expect({ tcId, okm: derive() }).toEqual({ tcId, okm: okm.toString('hex') });
    }
    expect(tests.length).toBeGreaterThan(0);
  });
});
