import * as z from 'zod';
import { time } from '../../platform/request/shapes/time.ts';

export const siteKey = z.string().min(1).max(4096).describe('a key: three JWTs, separated by `~`');

/** Fields of every answer that has a key. */
export const keyTimes = {
  key: siteKey,
  generation: z.int().describe('1, 2, 3 …'),
  refreshAfter: time.describe('refresh within 48 h after this time'),
  expiresAt: time,
};
