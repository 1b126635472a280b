import { expect, it } from '@jest/globals';
import { verifySignature } from 'http-message-sig';
import * as z from 'zod';
import { ApplicationJwk } from '../../domain/identity/application.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import { describeVectors } from './vector-file.ts';

const Message = z.object({
  headers: z.array(z.tuple([z.string(), z.string()])),
  method: z.string().optional(),
  url: z.string().optional(),
  status: z.number().optional(),
});
const Vectors = z.object({
  keys: z.record(z.string(), z.object({ alg: z.string(), publicJwk: z.unknown().optional() })),
  vectors: z.array(
    z.object({
      label: z.string(),
      section: z.string(),
      keyid: z.string(),
      alg: z.string(),
      message: Message,
      signatureInput: z.string(),
      signatureBase: z.string(),
      signature: z.string(),
    }),
  ),
});
const ours = ['ed25519', 'ecdsa-p256-sha256'];

describeVectors('rfc9421/rfc9421-appendix-b.json', Vectors, ({ keys, vectors }) => {
  const mine = vectors.filter(({ alg }) => ours.includes(alg));

  it('holds vectors of both our algorithms', () => {
    expect(new Set(mine.map(({ alg }) => alg))).toEqual(new Set(ours));
  });

  it.each(mine.map(vector => [`${vector.section} ${vector.label}`, vector] as const))(
    'verifies: %s',
    async (_name, vector) => {
      const { bases, verdict } = await verified(vector, vector.signature);
      expect(bases).toEqual([vector.signatureBase]);
      expect(verdict).toBe(true);
    },
  );

  it.each(mine.map(vector => [`${vector.section} ${vector.label}`, vector] as const))(
    'refuses with one bit flipped: %s',
    async (_name, vector) => {
      for (let at = 0; at < 64; at++) {
        const bytes = Buffer.from(vector.signature, 'base64');
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
        expect((await verified(vector, bytes.toString('base64'))).verdict).toBe(false);
      }
    },
  );

  /** Through the library as the pipeline uses it, with our check of signatures. */
  async function verified(vector: (typeof vectors)[number], signature: string) {
    const { message, label, signatureInput } = vector;
    const jwk = ApplicationJwk.parse(keys[vector.keyid]?.publicJwk);
    const fields = [
      ...message.headers.map(([name, value]) => ({ name, value })),
      { name: 'Signature-Input', value: `${label}=${signatureInput}` },
      { name: 'Signature', value: `${label}=:${signature}:` },
    ];
    const bases: string[] = [];
    const verdict = await verifySignature(
      message.status === undefined
        ? { kind: 'request', method: message.method ?? '', targetUri: message.url ?? '', fields }
        : { kind: 'response', status: message.status, fields },
      {
        policy: { algorithms: ours, requiredComponents: [], requiredParameters: ['created', 'keyid'] },
        resolveVerifier: () => ({
          algorithm: vector.alg,
          verify: (bytes, claimed) => {
            bases.push(new TextDecoder().decode(bytes));
            return checkSignature(jwk, bytes, claimed);
          },
        }),
      },
    ).then(
      () => true,
      () => false,
    );
    return { bases, verdict };
  }
});
