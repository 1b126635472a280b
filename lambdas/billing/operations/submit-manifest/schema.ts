import * as z from 'zod';
import { Manifest } from '../../../../domain/billing/manifest.ts';
import { EnterpriseId } from '../../../../domain/kernel/ids.ts';
import { Quarter } from '../../../../domain/kernel/time.ts';
import type { Contract } from '../../../platform/request/contract.ts';
import { time } from '../../../platform/request/shapes/time.ts';
import { booked, difference, quarterPath } from '../../shapes/statistics.ts';

export const submitManifest = {
  id: 'submit-manifest',
  auth: 'signature',
  face: 'problem+json',
  callers: ['application'],
  effect: 'change',
  status: 200,
  // 2,000 enterprises and 500 admins fit with room to spare.
  maxBodyBytes: 1_000_000,
  path: quarterPath,
  body: Manifest,
  answer: z.object({
    quarter: Quarter,
    revision: z.int().describe('1, 2, 3 …: a later manifest replaces the previous one'),
    receivedAt: time,
    sha256: z.string().describe('SHA-256 of the stored manifest, base64url'),
    ...booked,
    differences: z.array(difference).describe("the first 100 numbers that differ from the server's own"),
    differenceCount: z.int().describe('number of all differences'),
    seatsExceeded: z
      .array(z.object({ enterpriseId: EnterpriseId, configurationUsers: z.int(), limit: z.int() }))
      .describe('enterprises with more configuration users than their contract allows, the first 100'),
  }),
} as const satisfies Contract;
