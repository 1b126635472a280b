import { createSignature } from 'http-message-sig';
import type { SigningKey } from './signing-key.ts';

export interface UnsignedRequest {
  readonly method: string;
  /** Query: names and values of unreserved characters (RFC 3986), sorted by name. */
  readonly url: string;
  readonly body?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface SignOptions {
  /** seconds since 1970 @default the clock of this machine */
  readonly created?: number;
  /** @default 128 random bits */
  readonly nonce?: string;
}

/** Signs a request and returns its headers (RFC 9421 with the profile `license-server-v1`, RFC 9530). */
export async function signRequest(
  request: UnsignedRequest,
  key: SigningKey,
  options: SignOptions = {},
): Promise<Record<string, string>> {
  const headers = {
    ...(request.body !== undefined && {
      'content-type': 'application/json',
      'content-digest': await digestOf(request.body),
    }),
    ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
  };
  const fields = Object.entries(headers).map(([name, value]) => ({ name, value }));
  const { created = Math.floor(Date.now() / 1000), nonce = randomName() } = options;
  const { signature, signatureInput } = await createSignature(
    { kind: 'request', method: request.method, targetUri: request.url, fields },
    {
      label: 'sig',
      components: ['@method', '@authority', '@path', '@query', ...fields.map(({ name }) => name)],
      parameters: { created, keyid: key.keyid, nonce, alg: key.alg, tag: 'license-server-v1' },
      signer: { algorithm: key.alg, sign: async bytes => await key.sign(new Uint8Array(bytes)) },
    },
  );
  return { ...headers, 'signature-input': signatureInput, signature };
}

/** Returns a random UUID (122 bits), for nonces and Idempotency-Keys. */
export function randomName(): string {
  return crypto.randomUUID();
}

async function digestOf(body: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
  return `sha-256=:${btoa(String.fromCharCode(...hash))}:`;
}
