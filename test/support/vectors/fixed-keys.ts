import { createECDH, createHash, createHmac, createPrivateKey, type KeyObject } from 'node:crypto';

const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A P-256 private key that is the same in each run; its name is its secret, so nothing real may hang on it. */
export function fixedPrivateKey(name: string): KeyObject {
  return privateKeyOf(toBytes((toNumber(sha256(`license-server test key ${name}`)) % (n - 1n)) + 1n));
}

export function privateKeyOf(secret: Buffer): KeyObject {
  const point = multiplyBase(secret);
  const d = secret.toString('base64url');
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d, x, y } });
}

/** An ES256 signature (r‖s) that is the same in each run (RFC 6979 section 3.2); for tests, it takes its time over secrets. */
export function signFixed(privateKey: KeyObject, bytes: Uint8Array): Buffer {
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const hash = toNumber(sha256(bytes)) % n;
  const k = nonceOf(secret, toBytes(hash));
  const r = toNumber(multiplyBase(k).subarray(1, 33)) % n;
  const s = (power(toNumber(k), n - 2n) * (hash + r * toNumber(secret))) % n;
  return Buffer.concat([toBytes(r), toBytes(s)]);
}

/** Section 3.2, steps b to h. */
function nonceOf(secret: Buffer, hash: Buffer): Buffer {
  const hmac = (key: Buffer, ...parts: Buffer[]) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
  let key: Buffer = Buffer.alloc(32);
  let value: Buffer = Buffer.alloc(32, 1);
  for (const round of [0, 1]) {
    key = hmac(key, value, Buffer.of(round), secret, hash);
    value = hmac(key, value);
  }
  for (;;) {
    value = hmac(key, value);
    if (toNumber(value) > 0n && toNumber(value) < n) return value;
    key = hmac(key, value, Buffer.of(0));
    value = hmac(key, value);
  }
}

function multiplyBase(scalar: Buffer): Buffer {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  return curve.getPublicKey();
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % n)
    if (rest & 1n) result = (result * square) % n;
  return result;
}

function sha256(text: string | Uint8Array): Buffer {
  return createHash('sha256').update(text).digest();
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
}
