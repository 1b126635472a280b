import type { PublicJwk } from '../domain/chain/levels.ts';
import type { CheckSignature } from '../domain/chain/verify-chain.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Imported keys, for as long as the JWK object is referenced: a parent cache returns the same object each time. */
const imported = new WeakMap<PublicJwk, Promise<CryptoKey>>();

/** Checks an ES256 signature by WebCrypto alone: in a browser, Node, Deno, Bun, a Lambda. */
export const checkSignature: CheckSignature = async (jwk, bytes, signature) => {
  const key = await importedKey(jwk).catch(() => undefined);
  return key !== undefined && (await crypto.subtle.verify(ecdsa, key, signature, bytes));
};

async function importedKey(jwk: PublicJwk): Promise<CryptoKey> {
  const key = imported.get(jwk) ?? crypto.subtle.importKey('jwk', jwk, ecdsa, false, ['verify']);
  imported.set(jwk, key);
  return await key;
}
