import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { calculateJwkThumbprint, compactVerify, decodeJwt, importJWK, type JWK } from 'jose';
import * as z from 'zod';

const Example = z.object({ root: z.custom<JWK>(), key: z.string(), verdict: z.string() });
const example = Example.parse(
  JSON.parse(readFileSync(new URL('../../../docs/examples/chain.json', import.meta.url), 'utf8')),
);
const Link = z.object({ cnf: z.object({ jwk: z.custom<JWK>() }) });

/** A verifier that this project did not write must believe our tokens, from the Root down. */
it.each(['key', 'verdict'] as const)(
  'jose verifies each token of a %s with the key that its parent vouches for',
  async kind => {
    const fromRoot = example[kind].split('~').reverse();
    let signer = example.root;
    for (const [level, token] of fromRoot.entries()) {
      const { protectedHeader } = await compactVerify(token, await importJWK(signer, 'ES256'), {
        algorithms: ['ES256'],
      });
      expect(protectedHeader.kid).toBe(await calculateJwkThumbprint(signer));
      if (level < fromRoot.length - 1) signer = Link.parse(decodeJwt(token)).cnf.jwk;
    }
    expect.assertions(fromRoot.length);
  },
);
