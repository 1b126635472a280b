import { createHash } from 'node:crypto';
import { createSignature, type SignatureParameters } from 'http-message-sig';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { host, stage, type WireRequest } from './wire.ts';

/** What a client with a genuine key may get wrong, or a thief of one may try. */
export interface Signing {
  readonly key: SigningKey;
  readonly at: number;
  readonly components?: readonly string[];
  readonly parameters?: SignatureParameters;
  readonly label?: string;
}

export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: string | Uint8Array;
  /** a name may stand twice */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[];
}

/** The headers that the profile wants of a request, by its body and its Idempotency-Key. */
export function contentHeaders(body: string | Uint8Array): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', 'content-digest': digestOf(body) };
}

export function digestOf(body: string | Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  const name = algorithm.replace('sha', 'sha-');
  return `${name}=:${createHash(algorithm).update(body).digest('base64')}:`;
}

export const base = ['@method', '@authority', '@path', '@query'] as const;

/** Signs a request in any way the library lets one: with other components, parameters, labels than the profile's. */
export async function signed(unsigned: Unsigned, { key, at, ...bent }: Signing): Promise<WireRequest> {
  const { method, path, query = '', body = '', headers = {} } = unsigned;
  const pairs: (readonly [string, string])[] = Array.isArray(headers) ? [...headers] : Object.entries(headers);
  const fields = pairs.map(([name, value]) => ({ name, value }));
  const { alg = key.alg } = bent.parameters ?? {};
  const { signature, signatureInput } = await createSignature(
    { kind: 'request', method, targetUri: `https://${host}/${stage}${path}${query && `?${query}`}`, fields },
    {
      label: bent.label ?? 'sig',
      components: bent.components ?? [...base, ...new Set(fields.map(({ name }) => name))],
      parameters: {
        created: at,
        keyid: key.keyid,
        nonce: `nonce-${++nonces}-of-this-test`,
        alg: key.alg,
        tag: 'license-server-v1',
        ...bent.parameters,
      },
      signer: { algorithm: String(alg), sign: async bytes => await key.sign(new Uint8Array(bytes)) },
    },
  );
  const all = [...pairs, ['signature-input', signatureInput], ['signature', signature]] as const;
  return { method, host, path, query, body: Buffer.from(body), headers: all };
}
let nonces = 0;
