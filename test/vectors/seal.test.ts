import { createDecipheriv, hkdfSync, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decryptSignature, encryptSignature } from '../../lambdas/site-licensing/storage/signature-encryption.ts';

const seed = 16;
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const key = fc.uuid();
const jti = fc.string({ unit: fc.constantFrom(...'ABCabc012-_'), minLength: 22, maxLength: 22 });

describe('a sealed signature', () => {
  it(`opens to what was sealed, for the same Idempotency-Key and jti only (seed ${seed})`, () => {
    fc.assert(
      fc.property(signature, key, key, jti, jti, (bytes, mine, other, id, otherId) => {
        fc.pre(mine !== other && id !== otherId);
        const sealed = encryptSignature(mine, id, bytes);
        expect(Buffer.from(decryptSignature(mine, id, sealed)).equals(bytes)).toBe(true);
        expect(() => decryptSignature(other, id, sealed)).toThrow();
        expect(() => decryptSignature(mine, otherId, sealed)).toThrow();
      }),
      { seed, numRuns: 50 },
    );
  });

  it('does not open when any bit of it was changed, or when it was cut', () => {
    const [mine, id] = [randomUUID(), 'A'.repeat(22)];
    const sealed = encryptSignature(mine, id, new Uint8Array(64));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const bent = new Uint8Array(sealed);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decryptSignature(mine, id, bent)).toThrow();
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => decryptSignature(mine, id, sealed.subarray(0, length))).toThrow();
  });

  it('is AES-256-GCM under HKDF-SHA256 of the Idempotency-Key, salted with the jti, by a second reading', () => {
    const [mine, id] = [randomUUID(), 'B'.repeat(22)];
    const sealed = Buffer.from(encryptSignature(mine, id, Buffer.alloc(64, 7)));
    const derived = Buffer.from(hkdfSync('sha256', mine, id, 'license-server sealed key v1', 32));
    const decipher = createDecipheriv('aes-256-gcm', derived, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])).toEqual(Buffer.alloc(64, 7));
  });

  it('is never sealed the same way twice', () => {
    const all = Array.from({ length: 100 }, () =>
      Buffer.from(encryptSignature('x'.repeat(22), 'y'.repeat(22), new Uint8Array(64))).toString('hex'),
    );
    expect(new Set(all.map(text => text.slice(0, 24))).size).toBe(100);
  });
});
