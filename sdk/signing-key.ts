/** Signing key of a client: the keyid assigned by the vendor, and the private key. */
export interface SigningKey {
  readonly keyid: string;
  readonly alg: 'ed25519' | 'ecdsa-p256-sha256';
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

const algorithms = {
  ed25519: { import: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  'ecdsa-p256-sha256': { import: { name: 'ECDSA', namedCurve: 'P-256' }, sign: { name: 'ECDSA', hash: 'SHA-256' } },
} as const;

/**
 * Reads a private key: PKCS#8 PEM, as `license-server key new` and openssl write it.
 * @throws TypeError when it is neither Ed25519 nor P-256
 */
export async function importSigningKey(keyid: string, pem: string): Promise<SigningKey> {
  const der = Uint8Array.from(atob(pem.replace(/-----[A-Z ]+-----|\s/g, '')), character => character.charCodeAt(0));
  for (const alg of ['ed25519', 'ecdsa-p256-sha256'] as const) {
    const { import: algorithm, sign } = algorithms[alg];
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']).catch(() => undefined);
    if (key) return { keyid, alg, sign: async bytes => new Uint8Array(await crypto.subtle.sign(sign, key, bytes)) };
  }
  throw new TypeError(
    'The private key is invalid: expected Ed25519 or P-256 in PKCS#8 PEM ("-----BEGIN PRIVATE KEY-----").',
  );
}
