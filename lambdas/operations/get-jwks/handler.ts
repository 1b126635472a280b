import { publishedTrust } from '../../adapters/published-trust.ts';
import { serve } from '../../pipeline/serve.ts';
import { getJwks } from './schema.ts';

export const handler = serve(getJwks, { trust: publishedTrust }, async (_request, { trust }) => ({
  keys: await trust.jwks(),
}));
