import * as z from 'zod';
import { PublicJwk } from '../../../../../domain/chain/levels.ts';
import type { Contract } from '../../../request/contract.ts';

export const getJwks = {
  id: 'get-jwks',
  auth: 'none',
  face: 'problem+json',
  callers: [],
  effect: 'read',
  status: 200,
  cacheSeconds: 300,
  answer: z.object({
    keys: z
      .array(PublicJwk.extend({ kid: z.string(), use: z.literal('sig'), alg: z.literal('ES256') }))
      .describe('RFC 7517: Root, Org and responder keys'),
  }),
} as const satisfies Contract;
