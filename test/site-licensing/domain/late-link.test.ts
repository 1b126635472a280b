import { describe, expect, it } from '@jest/globals';
import { newSiteId, subjectOf } from '../../../domain/kernel/ids.ts';
import { hour } from '../../../domain/kernel/time.ts';
import { expiryOf, jitterOf, numberKey, refreshGraceSeconds } from '../../../domain/site-licensing/key-lifetime.ts';
import { dormancyOf } from '../../../domain/site-licensing/site.ts';
import { needsRenewal, renewLinkDays } from '../../../domain/trust/links.ts';
import { day, enterpriseId, jti, now, recordedKey, site, siteId } from './facts.ts';

const never = Number.MAX_SAFE_INTEGER;
const subject = subjectOf.site(siteId);
const nominal = expiryOf(subject, now, never);
/** Subjects with offsets all over the day by which keys differ. */
const subjects = Array.from({ length: 300 }, (_, i) =>
  subjectOf.site(
    newSiteId(
      enterpriseId,
      Uint8Array.from({ length: 10 }, (_, at) => (i >> (8 * (at % 2))) & 255),
    ),
  ),
);

/** The expiry of a link whose renewal was due `late` seconds before a key is issued under it. */
const endOfLink = (late: number) => now + renewLinkDays.enterprise * day - late;

function keyUnder(linkEnds: number, issuedAt = now) {
  return recordedKey(numberKey(subject, 2, jti('B'), issuedAt, linkEnds));
}

/** When a site with this key is dormant. */
function dormantFrom(key: ReturnType<typeof keyUnder>) {
  return dormancyOf(site({ key }), now + 300 * day)?.at;
}

describe('a key under a link whose renewal is late (ADR 19)', () => {
  it('has its full lifetime until the renewal is a day late', () => {
    expect(Math.max(...subjects.map(jitterOf))).toBeGreaterThan(23 * hour);
    for (let late = 0; late <= day; late += hour) {
      expect(needsRenewal('enterprise', endOfLink(late), now)).toBe(true);
      for (const one of subjects) expect(expiryOf(one, now, endOfLink(late))).toBe(expiryOf(one, now, never));
    }
  });

  it('is shorter by less than the lateness beyond that day', () => {
    for (let late = day; late < 30 * day; late += 6 * hour)
      for (const one of subjects) {
        const missing = expiryOf(one, now, never) - expiryOf(one, now, endOfLink(late));
        expect(missing).toBeLessThanOrEqual(late - day);
      }
  });

  it('makes its site dormant 60 days after the expiry that is signed in the key, not after the nominal one', () => {
    const key = keyUnder(endOfLink(10 * day));
    expect(key.expiresAt).toBe(endOfLink(10 * day));
    expect(key.expiresAt).toBeLessThan(nominal);
    expect(dormantFrom(key)).toBe(key.expiresAt + refreshGraceSeconds);
  });

  it('leaves the dates of keys that were issued before and after it alone', () => {
    const fullLink = now + 62 * day;
    expect(dormantFrom(keyUnder(fullLink))).toBe(nominal + refreshGraceSeconds);
    const next = now + 11 * day;
    expect(dormantFrom(keyUnder(next + 62 * day, next))).toBe(nominal + 11 * day + refreshGraceSeconds);
  });
});
