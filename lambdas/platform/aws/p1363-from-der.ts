const half = 32;

/**
 * Converts an ECDSA signature from the DER of KMS (RFC 3279 section 2.2.3) to the r‖s of JOSE, 32 bytes each. @throws Error when it is
 * not the DER of a P-256 signature
 */
export function p1363FromDer(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const [tag, length] = der;
  if (tag !== 0x30 || length !== der.length - 2) throw new Error('The signature is invalid: expected a DER sequence.');
  const r = readInteger(der, 2);
  const s = readInteger(der, r.end);
  if (s.end !== der.length) throw new Error('The signature is invalid: there are bytes after the DER sequence.');
  const joined = new Uint8Array(2 * half);
  joined.set(r.bytes, half - r.bytes.length);
  joined.set(s.bytes, 2 * half - s.bytes.length);
  return joined;
}

function readInteger(der: Uint8Array, start: number): { bytes: Uint8Array; end: number } {
  const length = der[start + 1] ?? 0;
  const end = start + 2 + length;
  const first = start + 2 + (der[start + 2] === 0 ? 1 : 0);
  if (der[start] !== 0x02 || length === 0 || end > der.length || end - first > half)
    throw new Error('The signature is invalid: expected a DER integer of 256 bits.');
  return { bytes: der.subarray(first, end), end };
}
