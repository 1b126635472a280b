import { serve } from '../../../request/serve.ts';
import { publishedTrust } from '../../published-trust.ts';
import { getJwks } from './schema.ts';

export const handler = serve(getJwks, { trust: publishedTrust }, async (_request, { trust }) => ({
  keys: await trust.jwks(),
}));
