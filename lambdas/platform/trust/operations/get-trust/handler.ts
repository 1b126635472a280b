import { serve } from '../../../request/serve.ts';
import { publishedTrust } from '../../published-trust.ts';
import { getTrust } from './schema.ts';

export const handler = serve(
  getTrust,
  { trust: publishedTrust },
  async (_request, { trust }) => await trust.document(),
);
