import { createPublicKey, verify } from 'node:crypto';
import type { PublicJwk } from '../domain/chain/levels.ts';
import { createParentCache } from '../domain/chain/parent-cache.ts';
import { verifyChain } from '../domain/chain/verify-chain.ts';
import { checkSignature } from '../lambdas/platform/kernel/check-signature.ts';

const rounds = 9;
const perRound = 4000;
const least = 0.75;

/** P2: offline verifications of one site key, parents cached, beside the raw P-256 verification of node:crypto. In turn, one core. */
export async function verification(root: PublicJwk, token: string, at: number): Promise<boolean> {
  const [leaf = '', linkText = ''] = token.split('~');
  const [header, payload, signature = ''] = leaf.split('.');
  const { cnf } = JSON.parse(Buffer.from(linkText.split('.')[1] ?? '', 'base64url').toString());
  const key = createPublicKey({ key: cnf.jwk, format: 'jwk' });
  const signed = Buffer.from(`${header}.${payload}`);
  const bytes = Buffer.from(signature, 'base64url');
  const raw = () => verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes);
  const options = { roots: [root], at, checkSignature, parents: createParentCache() };
  const ours = async () => await verifyChain(token, 'site-key+jwt', options);
  if (!raw()) throw new Error('the raw verification fails: the comparison would be of nothing');
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const rawRate = await rate(async () => raw());
    const ourRate = await rate(ours);
    // The first round warms up.
    if (round > 0) ratios.push(ourRate / rawRate);
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  console.log(
    `P2  verifications of a site key, parents cached / raw P-256: ${median.toFixed(2)} (median of ${rounds}; bar: at least ${least}): ${median >= least ? 'holds' : 'MISSED'}`,
  );
  return median >= least;
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < perRound; i++) await work();
  return perRound / Number(process.hrtime.bigint() - start);
}
