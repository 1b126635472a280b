import { publishedTrust } from '../../adapters/published-trust.ts';
import { serve } from '../../pipeline/serve.ts';
import { getTrust } from './schema.ts';

export const handler = serve(
  getTrust,
  { trust: publishedTrust },
  async (_request, { trust }) => await trust.document(),
);
