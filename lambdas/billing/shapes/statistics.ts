import * as z from 'zod';
import { differenceKinds } from '../../../domain/billing/differences.ts';
import { EnterpriseId } from '../../../domain/kernel/ids.ts';
import { Quarter } from '../../../domain/kernel/time.ts';

import { time } from '../../platform/request/shapes/time.ts';

export const quarterPath = z.strictObject({ quarter: Quarter.describe('UTC, as 2026-Q4') });

const count = z.int();

export const difference = z.object({
  kind: z.enum(differenceKinds),
  enterpriseId: EnterpriseId.optional().describe('absent for a total of the application'),
  manifest: count.optional().describe('absent when the manifest does not name the enterprise: that is not zero'),
  server: count,
});

/** Sites at one moment (docs/counting.md). */
export const tally = z.object({
  production: count.describe('the billed number, in the closing tally of a finished quarter'),
  basic: count,
  commissioning: count,
  active: count,
  suspended: count.describe('of the production sites'),
  dev: count,
  proxy: count,
  dormant: count,
  enterpriseKeys: count,
});

export const moves = z
  .object({
    new: count,
    promoted: count,
    reactivated: count,
    proxyRemoved: count,
    deleted: count,
    dormant: count,
    proxied: count,
    recreated: count.describe('part of `new`: sites whose reference was deleted before'),
  })
  .describe('opening + new + promoted + reactivated + proxyRemoved - deleted - dormant - proxied = closing');

/** By the number of production sites at the end of each UTC day (docs/counting.md); it does not bill. */
export const usage = z.object({
  peak: count.describe('the highest number'),
  siteDays: count.describe('the sum of the numbers'),
});

/** Completeness of the counts of a quarter. */
export const booked = {
  sweptUntil: time
    .optional()
    .describe('the counts include every key that expired before this time; absent while the sweep has never run'),
  complete: z.boolean().describe('true when the quarter has ended and its counts are final'),
};

/** Users of an application by role, from its manifest. */
export const users = z.object({
  applicationAdmins: count.describe("the vendor's own staff included"),
  enterpriseAdmins: count,
  plantUsers: count,
  demoUsers: count,
  configurationUsers: count,
});
