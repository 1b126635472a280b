import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { ApplicationJwk } from '../../domain/identity/application.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import { describeVectors } from './vector-file.ts';

const Jwk = z.looseObject({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string().optional() });
const Vectors = z.object({
  numberOfTests: z.number(),
  testGroups: z.array(
    z.object({
      publicKeyJwk: Jwk.optional(),
      publicKey: z.looseObject({ pk: z.string().optional(), wx: z.string().optional(), wy: z.string().optional() }),
      tests: z.array(
        z.object({
          tcId: z.number(),
          comment: z.string(),
          msg: z.string(),
          sig: z.string(),
          result: z.enum(['valid', 'invalid', 'acceptable']),
        }),
      ),
    }),
  ),
});

const coordinate = (hex: string) => Buffer.from(hex.padStart(64, '0').slice(-64), 'hex').toString('base64url');

/** The key as an application would register it. */
function jwkOf({ publicKey: { pk, wx = '', wy = '' } }: z.infer<typeof Vectors>['testGroups'][number]) {
  return ApplicationJwk.parse(
    pk
      ? { kty: 'OKP', crv: 'Ed25519', x: coordinate(pk) }
      : { kty: 'EC', crv: 'P-256', x: coordinate(wx), y: coordinate(wy) },
  );
}

describeVectors('wycheproof/ecdsa_secp256r1_sha256_p1363_test.json', Vectors, judgesAll);
describeVectors('wycheproof/ed25519_test.json', Vectors, judgesAll);

function judgesAll({ numberOfTests, testGroups }: z.infer<typeof Vectors>): void {
  it('judges every case as its authors do', () => {
    let judged = 0;
    for (const group of testGroups)
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const valid = checkSignature(jwkOf(group), Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'));
        if (result !== 'acceptable')
          expect({ tcId, comment, valid }).toEqual({ tcId, comment, valid: result === 'valid' });
        judged++;
      }
    expect(judged).toBe(numberOfTests);
  });
}
