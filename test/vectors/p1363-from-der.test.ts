import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { p1363FromDer } from '../../lambdas/platform/aws/p1363-from-der.ts';

const seed = 1363;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** DER as KMS writes it: no needless zeros, a zero before a high bit. */
function derOf(r: Uint8Array, s: Uint8Array): Buffer {
  const integer = (bytes: Uint8Array) => {
    const first = bytes.findIndex(byte => byte !== 0);
    const lean = first < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first));
    const value = (lean[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), lean]) : lean;
    return Buffer.concat([Buffer.from([0x02, value.length]), value]);
  };
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Numbers with zeros in front come often here, and once in 256 times from a key. */
const number = fc.tuple(fc.nat(31), fc.uint8Array({ minLength: 32, maxLength: 32 })).map(([zeros, bytes]) => {
  const padded = new Uint8Array(bytes).fill(0, 0, zeros);
  padded[31] = (padded[31] ?? 0) | 1;
  return padded;
});

describe('r‖s from the DER of KMS', () => {
  it(`is the numbers that stood in it, 32 bytes each (seed ${seed})`, () => {
    fc.assert(
      fc.property(number, number, (r, s) => {
        expect(Buffer.from(p1363FromDer(derOf(r, s))).toString('hex')).toBe(Buffer.concat([r, s]).toString('hex'));
      }),
      { seed, numRuns: 500 },
    );
  });

  it('is a signature that node:crypto takes as ieee-p1363', () => {
    for (let i = 0; i < 300; i++) {
      const message = Buffer.from(`message ${i}`);
      const signature = p1363FromDer(sign('sha256', message, { key: privateKey, dsaEncoding: 'der' }));
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
  });

  const good = derOf(Buffer.alloc(32, 1), Buffer.alloc(32, 0xff));
  const bent = (at: number, value: number) => Buffer.from(good.map((byte, i) => (i === at ? value : byte)));
  const cases = {
    nothing: Buffer.alloc(0),
    'one byte': Buffer.from([0x30]),
    'another tag': bent(0, 0x31),
    'a length too small': bent(1, good.length - 3),
    'a length too large': bent(1, good.length),
    'a long form of the length': Buffer.concat([Buffer.from([0x30, 0x81, good.length - 2]), good.subarray(2)]),
    'no integer': bent(2, 0x03),
    'a first integer of no length': bent(3, 0),
    'a first integer that is too long': bent(3, 0x7f),
    'a second of another tag': bent(36, 0x04),
    'a second integer of no length': bent(37, 0),
    'bytes after the end': Buffer.concat([good, Buffer.alloc(1)]),
    'bytes after the end, counted in': Buffer.concat([
      Buffer.from([0x30, good.length - 1]),
      good.subarray(2),
      Buffer.alloc(1),
    ]),
    'a first integer alone': Buffer.from([0x30, 3, 0x02, 1, 1]),
    'a number of 33 bytes': derOf(Buffer.concat([Buffer.alloc(1, 1), Buffer.alloc(32)]), Buffer.alloc(32, 1)),
  };

  it.each(Object.entries(cases))('is refused: %s', (_name, der) => {
    expect(() => p1363FromDer(der)).toThrow();
  });

  it('is refused when it was cut anywhere', () => {
    for (let length = 0; length < good.length; length++) expect(() => p1363FromDer(good.subarray(0, length))).toThrow();
  });
});
