import * as z from 'zod';
import { PublicJwk } from '../../../domain/chain/levels.ts';
import { OrgId } from '../../../domain/ids.ts';
import type { Contract } from '../../pipeline/contract.ts';

const key = z.object({ kid: z.string().describe('RFC 7638 thumbprint'), jwk: PublicJwk });

export const getTrust = {
  id: 'get-trust',
  auth: 'none',
  face: 'problem+json',
  callers: [],
  effect: 'read',
  status: 200,
  cacheSeconds: 300,
  answer: z.object({
    roots: z
      .array(key)
      .describe('a convenience: pin the Root from where docs/trust-chain.md says, never from here alone'),
    orgs: z.array(
      z.object({
        org: OrgId,
        links: z.array(z.string()).describe('org links, newest first'),
        keys: z.array(key),
        responderLinks: z.array(z.string()).describe('responder link ~ org link, newest first'),
      }),
    ),
  }),
} as const satisfies Contract;
