import { describe, expect, it } from '@jest/globals';
import { newEnterpriseId, newSiteId, subjectOf } from '../../../domain/kernel/ids.ts';
import {
  expiryOf,
  jitterOf,
  numberKey,
  refreshAfter,
  refreshGraceSeconds,
} from '../../../domain/site-licensing/key-lifetime.ts';
import { day, hub, jti, now, siteId } from './facts.ts';

const subject = subjectOf.site(siteId);
const never = Number.MAX_SAFE_INTEGER;

describe('the life of a key', () => {
  it('is 30 days and the jitter of its subject', () => {
    expect(expiryOf(subject, now, never)).toBe(now + 30 * day + jitterOf(subject));
  });

  it('is refreshed from day 20 on, with the same jitter', () => {
    expect(refreshAfter(expiryOf(subject, now, never))).toBe(now + 20 * day + jitterOf(subject));
  });

  it('ends with the link above it, and still leaves ten days to refresh', () => {
    const ends = now + 25 * day;
    expect(expiryOf(subject, now, ends)).toBe(ends);
    expect(refreshAfter(ends)).toBe(now + 15 * day);
  });

  it('is refreshed up to 60 days after its end', () => {
    expect(refreshGraceSeconds).toBe(60 * day);
  });

  it('is numbered with what its claims hold', () => {
    const numbers = numberKey(subject, 3, jti('A'), now, never);
    expect(numbers).toEqual({ generation: 3, jti: jti('A'), issuedAt: now, expiresAt: expiryOf(subject, now, never) });
  });

  it('is the same for a subject at every issue, and spread over 24 hours among subjects', () => {
    const enterprise = newEnterpriseId(hub, new Uint8Array(10));
    const hours = Array.from({ length: 24 }, () => 0);
    for (let i = 0; i < 24_000; i++) {
      const random = Uint8Array.from({ length: 10 }, (_, at) => (i >> (8 * (at % 4))) & 255);
      const jitter = jitterOf(subjectOf.site(newSiteId(enterprise, random)));
      expect(jitter >= 0 && jitter < day).toBe(true);
      const hour = Math.floor(jitter / 3600);
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    expect(Math.max(...hours)).toBeLessThan(1200);
    expect(Math.min(...hours)).toBeGreaterThan(800);
  });
});
