import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { subjectOf } from '../../../domain/kernel/ids.ts';
import {
  alertAt,
  enterpriseOfSubject,
  expiryPhases,
  hoursSince,
  pendingPhases,
} from '../../../domain/site-licensing/expiry-sweep.ts';
import { boost, day, enterpriseId, siteId } from './facts.ts';

const hour = 3600;
/** a whole hour */
const noon = 1_795_003_200;

describe('the hours that a sweep has to do', () => {
  it.each([
    ['none a minute after the last', noon, noon + 60, []],
    ['none when another run was ahead', noon + hour, noon + 60, []],
    ['the one that has come', noon, noon + hour, [noon + hour]],
    ['every one that was missed, oldest first', noon, noon + 3 * hour + 59, [1, 2, 3].map(i => noon + i * hour)],
    ['the one that a broken-off hour belongs to', noon + 1, noon + hour + 1, [noon + hour]],
  ])('are %s', (_title, handled, now, hours) => {
    expect(hoursSince(handled, now)).toEqual(hours);
  });

  it('reach back two days when there was no sweep before: further than any two warnings are apart', () => {
    const hours = hoursSince(undefined, noon + 59);
    expect([hours[0], hours.at(-1), hours.length]).toEqual([noon - 47 * hour, noon, 48]);
    const warnings = expiryPhases.filter(({ reason }) => reason === 'expiring-soon');
    for (const [i, { after }] of warnings.slice(1).entries())
      expect(after - (warnings[i]?.after ?? 0)).toBeLessThanOrEqual(48 * hour);
  });
});

describe('what is due', () => {
  const stageOf = (endsAt: number, at: number, now: number) =>
    pendingPhases(at, now).find(due => due.hour === Math.floor(endsAt / hour) * hour)?.phase;

  it.each([
    [-5 * day, { reason: 'expiring-soon', detail: '5-days' }],
    [-3 * day, { reason: 'expiring-soon', detail: '3-days' }],
    [-day, { reason: 'expiring-soon', detail: '1-day' }],
    [hour, { reason: 'key-expired' }],
    [hour + 60 * day, { reason: 'dormant' }],
  ])('%i s from the hour in which a key ends', (after, stage) => {
    for (const endsAt of [noon, noon + 1, noon + hour - 1])
      expect(stageOf(endsAt, noon + after, noon + after)).toMatchObject(stage);
    expect(stageOf(noon + hour, noon + after, noon + after)).toBeUndefined();
  });

  it('warns of no key that has ended, and ends none that lives', () => {
    for (const { hour: ends, phase } of pendingPhases(noon, noon)) {
      const [first, last] = [ends, ends + hour - 1];
      if (phase.reason === 'expiring-soon') expect(first).toBeGreaterThan(noon);
      else expect(last).toBeLessThan(noon);
    }
  });

  it('is the expiry and the dormancy too, after 100 days without a sweep: no fact is superseded', () => {
    const now = noon + 100 * day;
    const ranks = hoursSince(noon, now).flatMap(at => stageOf(noon + 10 * day, at, now)?.rank ?? []);
    expect(ranks).toEqual([4, 5]);
  });

  it('is said once for each key, its most urgent warning and every fact, however many runs were missed and whenever the next ones come', () => {
    const seed = 20261207;
    process.stderr.write(`expiry-sweep: seed ${seed}\n`);
    const missed = fc.array(fc.integer({ min: 1, max: 72 }), { minLength: 1, maxLength: 40 });
    const endsAt = fc.integer({ min: noon + 6 * day, max: noon + 40 * day });
    fc.assert(
      fc.property(missed, endsAt, (gaps, ends) => {
        const told: number[] = [];
        let handled = noon;
        for (const gap of gaps) {
          const now = handled + gap * hour;
          const ranks = hoursSince(handled, now).flatMap(at => stageOf(ends, at, now)?.rank ?? []);
          const begins = Math.floor(ends / hour) * hour;
          const due = expiryPhases.filter(({ after }) => begins + after > handled && begins + after <= now);
          const said = due.filter(({ reason }, i) => reason !== 'expiring-soon' || i === due.length - 1);
          expect(ranks).toEqual(said.map(({ rank }) => rank));
          told.push(...ranks);
          handled = now;
        }
        expect(told).toEqual([...new Set(told)].sort());
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('an alert of the sweep', () => {
  it.each([subjectOf.site(siteId), subjectOf.enterprise(enterpriseId), subjectOf.enterpriseKey(enterpriseId, boost)])(
    'about %s is of its Org and enterprise',
    subject => {
      expect(enterpriseOfSubject(subject)).toBe(enterpriseId);
      const [warning, , , expired] = expiryPhases;
      expect(alertAt(warning, subject)).toEqual({ org: 'hub', reason: 'expiring-soon', subject, detail: '5-days' });
      expect(alertAt(expired, subject)).toEqual({ org: 'hub', reason: 'key-expired', subject, detail: undefined });
    },
  );
});
