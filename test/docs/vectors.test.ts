import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../sdk/check-signature.ts';
import { step } from '../../sdk/guard/guard-state.ts';
import { afterRefusal, nextStep, refreshAt } from '../../sdk/keys/key-state.ts';
import { signRequest } from '../../sdk/sign-request.ts';
import { importSigningKey } from '../../sdk/signing-key.ts';
import { followRoot } from '../../sdk/verify.ts';
import { UntrustedVerdictError, verifyVerdict } from '../../sdk/verify-verdict.ts';

/** As a team with another language reads them: nothing is known of them but the text. */
function vectors(file: string) {
  return JSON.parse(readFileSync(new URL(`../../docs/vectors/${file}`, import.meta.url), 'utf8'));
}
/** Members that are absent and members that are undefined are the same in JSON. */
const inJson = (value: unknown) => JSON.parse(JSON.stringify(value));
const refusal = (error: unknown) => {
  if (error instanceof ChainError || error instanceof UntrustedVerdictError)
    return { valid: false, reason: error.reason };
  throw error;
};

describe('the vectors of the chain', () => {
  const { tokens, verdicts } = vectors('chain.json');

  it('have genuine and forged tokens, and every reason', () => {
    expect(tokens.filter(({ valid }: { valid: boolean }) => valid).length).toBeGreaterThan(5);
    expect(tokens.length + verdicts.length).toBeGreaterThan(120);
    expect(new Set([...tokens, ...verdicts].map(({ reason }) => reason))).toEqual(
      new Set([
        undefined,
        ...['malformed', 'wrong-type', 'unknown-root', 'broken-chain', 'bad-signature', 'outlives-parent'],
        ...['not-yet-valid', 'expired', 'other-audience', 'other-nonce', 'other-key', 'other-org'],
      ]),
    );
  });

  it.each(tokens.map((vector: { name: string }) => [vector.name, vector]))('token: %s', async (_, vector) => {
    const { token, typ, at, roots, valid, claims, reason } = Object(vector);
    const said = await verifyChain(token, typ, { roots, at, checkSignature }).then(
      found => ({ valid: true, claims: found }),
      refusal,
    );
    expect(said).toEqual(valid ? { valid, claims } : { valid, reason });
  });

  it.each(verdicts.map((vector: { name: string }) => [vector.name, vector]))('verdict %s', async (_, vector) => {
    const { verdict, at, roots, nonce, audience, jti, sub, valid, claims, reason } = Object(vector);
    const asked = { root: roots, now: at, nonce, audience, key: { jti, sub } };
    const said = await verifyVerdict(verdict, asked).then(found => ({ valid: true, claims: found }), refusal);
    expect(said).toEqual(valid ? { valid, claims } : { valid, reason });
  });
});

describe('the vectors of a Root that is followed', () => {
  const { successors } = vectors('chain.json');
  const knownOf = ({ known }: { known: unknown[] }) => known.length;

  it.each(successors.map((vector: { name: string }) => [vector.name, vector]))('%s', async (_, vector) => {
    const { announcements, at, roots, known } = Object(vector);
    expect(await followRoot(announcements, { root: roots, now: at })).toEqual(known);
  });

  it('have one that leads on, one over two generations, and ten that lead nowhere', () => {
    expect(successors.map(knownOf).sort()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
  });
});

describe('the vectors of signed requests', () => {
  const { keys, requests } = vectors('signatures.json');
  const keyOf = (keyid: string) => Object(keys.find((key: { keyid: string }) => key.keyid === keyid));

  it.each(requests.map((vector: { name: string; keyid: string }) => [`${vector.name} by ${vector.keyid}`, vector]))(
    '%s',
    async (_, vector) => {
      const { signatureBase, headers, created, nonce, keyid, ...request } = Object(vector);
      const { alg, pem, publicJwk } = keyOf(keyid);
      const { signature, ...others } = headers;
      const bytes = Buffer.from(/^sig=:(.*):$/.exec(signature)?.[1] ?? '', 'base64');
      const key = createPublicKey({ format: 'jwk', key: publicJwk });
      const hash = alg === 'ed25519' ? null : 'sha256';
      expect(verify(hash, Buffer.from(signatureBase), { key, dsaEncoding: 'ieee-p1363' }, bytes)).toBe(true);
      const ours = await signRequest(request, await importSigningKey(keyid, pem), { created, nonce });
      expect(ours).toMatchObject(alg === 'ed25519' ? headers : others);
    },
  );
});

describe('the vectors of the guard', () => {
  const { stories } = vectors('guard.json');

  it.each(stories.map((story: { name: string }) => [story.name, story]))('%s', (_, story) => {
    const { start, steps } = Object(story);
    let state = start;
    for (const { event, ...expected } of steps) {
      const done = step(state, event);
      expect(inJson(done)).toEqual(expected);
      state = done.state;
    }
  });

  it('have every decision and both ways to ask', () => {
    const steps = stories.flatMap((story: { steps: object[] }) => story.steps);
    const said = new Set(steps.flatMap(({ decision: d, ask }: never) => [Object(d).basis ?? Object(d).reason, ask]));
    for (const one of ['verdict', 'grace', 'suspended', 'key-expired', 'grace-ended', 'clock-set-back'])
      expect(said).toContain(one);
    for (const one of ['and-wait', 'in-background']) expect(said).toContain(one);
  });
});

describe('the vectors of the refresh', () => {
  const { steps, refusals, schedule } = vectors('refresh.json');

  it('are the steps of the library', () => {
    for (const { record, facts, step: expected, ...at } of steps)
      expect(inJson(nextStep(record, facts, at))).toEqual(expected);
    expect(new Set(steps.map(({ step: { kind } }: { step: { kind: string } }) => kind)).size).toBe(3);
  });

  it('are what it keeps after a refusal, and when it refreshes', () => {
    for (const { record, code, after } of refusals) expect(afterRefusal(record, code) ?? record).toEqual(after);
    for (const { jti, exp, refreshAt: expected } of schedule) expect(refreshAt({ jti, exp })).toBe(expected);
  });
});
