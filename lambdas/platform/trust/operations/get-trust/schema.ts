import * as z from 'zod';
import { PublicJwk } from '../../../../../domain/chain/levels.ts';
import { OrgId } from '../../../../../domain/kernel/ids.ts';
import { KeyRing, roles } from '../../../../../domain/trust/key-ring.ts';
import type { Contract } from '../../../request/contract.ts';
import { time } from '../../../request/shapes/time.ts';

const key = z.object({
  kid: z.string().describe('RFC 7638 thumbprint'),
  jwk: PublicJwk,
  role: z.enum(roles).describe('`current` signs now, `next` will sign, `previous` has signed'),
  since: time.optional().describe('since when it has this role'),
});

export const getTrust = {
  id: 'get-trust',
  auth: 'none',
  face: 'problem+json',
  callers: [],
  effect: 'read',
  status: 200,
  cacheSeconds: 300,
  answer: z.object({
    roots: z.array(key).describe('for convenience only: obtain the Root that you pin as docs/trust-chain.md describes'),
    successors: z
      .array(z.object({ announcedBy: z.string(), kid: z.string(), announcement: z.string() }))
      .describe('announcements of the next Root: verify one under your pinned Root, then pin the announced Root too'),
    orgs: z.array(
      z.object({
        org: OrgId,
        links: z.array(z.string()).describe('org links, newest first'),
        nextLink: z.string().optional().describe('org link of the key that will sign next'),
        keys: z.array(key),
        generations: z.object({ root: KeyRing, org: KeyRing }).describe('generation numbers of the keys, as deployed'),
        responderLinks: z.array(z.string()).describe('responder link ~ org link, newest first'),
      }),
    ),
  }),
} as const satisfies Contract;
