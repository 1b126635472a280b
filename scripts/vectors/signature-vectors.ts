import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { signRequest, type UnsignedRequest } from '../../sdk/sign-request.ts';
import type { SigningKey } from '../../sdk/signing-key.ts';
import { fixedPrivateKey, signFixed } from '../../test/support/vectors/fixed-keys.ts';

const url = 'https://abc.execute-api.eu-central-1.amazonaws.com/prod/v1';
const site = 'hub-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaa';
const idempotencyKey = '0b8f1c52-9d7e-4f8a-8a51-5a1d0f0f7c11';

const requests: Record<string, UnsignedRequest> = {
  'a read': { method: 'GET', url: `${url}/applications/self` },
  'a read with a query': { method: 'GET', url: `${url}/enterprises/hub-aaaaaaaaaaaaaaaa/sites?after=x-1&limit=3` },
  'a question with a body': { method: 'POST', url: `${url}/validity`, body: '{"key":"a.b.c"}' },
  'a change with a body': { method: 'POST', url: `${url}/sites/${site}/key`, body: '{"key":"a.b.c"}', idempotencyKey },
  'a change without a body': { method: 'DELETE', url: `${url}/sites/${site}`, idempotencyKey },
  'a body that is not ASCII': {
    method: 'PATCH',
    url: `${url}/sites/${site}`,
    body: '{"siteRef":"Zürich"}',
    idempotencyKey,
  },
  'a host with a port': { method: 'GET', url: 'http://127.0.0.1:8787/local/v1/applications/self' },
};
const options = { created: 1_795_000_000, nonce: '5f0c2f5e-5c3b-4c53-9c40-6d3f0a1c2b3d' };

/** Requests with their signature base and their headers, for both algorithms. */
export async function signatureVectors() {
  const keys = [ed25519(), p256()];
  return {
    keys: keys.map(({ key, pem, publicJwk }) => ({ keyid: key.keyid, alg: key.alg, pem, publicJwk })),
    requests: await Promise.all(
      keys.flatMap(({ key }) =>
        Object.entries(requests).map(async ([name, request]) => await signed(name, request, key)),
      ),
    ),
  };
}

async function signed(name: string, request: UnsignedRequest, key: SigningKey) {
  let base = '';
  const listening: SigningKey = {
    ...key,
    sign: async bytes => {
      base = new TextDecoder().decode(bytes);
      return await key.sign(bytes);
    },
  };
  const headers = await signRequest(request, listening, options);
  return { name, keyid: key.keyid, ...options, ...request, signatureBase: base, headers };
}

function ed25519() {
  const seed = createHash('sha256').update('license-server test key of an application').digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return signingKey('ed25519', privateKey, bytes => sign(null, bytes, privateKey));
}

function p256() {
  const privateKey = fixedPrivateKey('application');
  return signingKey('ecdsa-p256-sha256', privateKey, bytes => signFixed(privateKey, bytes));
}

function signingKey(alg: SigningKey['alg'], privateKey: KeyObject, signBytes: (bytes: Uint8Array) => Uint8Array) {
  const publicJwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const members = alg === 'ed25519' ? ['crv', 'kty', 'x'] : ['crv', 'kty', 'x', 'y'];
  const thumbprint = createHash('sha256').update(JSON.stringify(publicJwk, members)).digest('base64url');
  const key: SigningKey = { keyid: `hub.hwf.${thumbprint.slice(0, 22)}`, alg, sign: async bytes => signBytes(bytes) };
  return { key, pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), publicJwk };
}
