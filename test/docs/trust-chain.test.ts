import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { PublicJwk } from '../../domain/chain/levels.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';

const page = readFileSync(new URL('../../docs/trust-chain.md', import.meta.url), 'utf8');
const example = JSON.parse(readFileSync(new URL('../../docs/examples/chain.json', import.meta.url), 'utf8'));
const options = { roots: [PublicJwk.parse(example.root)], at: example.at, checkSignature };

it('the site key of the documents verifies under the Root of the documents', async () => {
  await expect(verifyChain(example.key, 'site-key+jwt', options)).resolves.toMatchObject({
    sub: `site:${example.siteId}`,
  });
});

it('the verdict of the documents verifies under the same Root', async () => {
  await expect(verifyChain(example.verdict, 'verdict+jwt', options)).resolves.toMatchObject({ valid: true });
});

it('the page shows these very bytes', () => {
  for (const part of [...example.key.split('~'), example.root.x]) expect(page).toContain(part);
});
