import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Quarter, quarterBegins, quarterEnds } from '../../../domain/kernel/time.ts';
import {
  type DayChange,
  dayAt,
  dayNumberOf,
  daysBegun,
  peakOf,
  sumChanges,
  usageOf,
} from '../../../domain/site-licensing/usage.ts';
import { day } from './facts.ts';

const seed = 20261201;
const quarter = Quarter.parse('2026-Q4');

/** Changes of one enterprise that never go below zero. */
const course = fc
  .record({ opening: fc.nat(20), steps: fc.array(fc.tuple(fc.nat(91), fc.integer({ min: -5, max: 5 }))) })
  .map(({ opening, steps }) => {
    const byDay = new Map(steps.toSorted(([a], [b]) => a - b));
    let level = opening;
    const changes: DayChange[] = [];
    for (const [number, sites] of byDay) {
      const moved = Math.max(-level, sites);
      level += moved;
      if (moved !== 0) changes.push({ day: dayAt(quarter, number), sites: moved });
    }
    return { opening, changes };
  });
type Course = typeof course extends fc.Arbitrary<infer T> ? T : never;

/** The level of each of the first days, counted one by one. */
function levels({ opening, changes }: Course, days: number): number[] {
  return names
    .slice(0, days)
    .map(until => changes.filter(change => change.day <= until).reduce((sum, { sites }) => sum + sites, opening));
}

const names = Array.from({ length: 92 }, (_, number) => dayAt(quarter, number));

describe('peak and site-days', () => {
  it(`are those of the levels, day by day (seed ${seed})`, () => {
    fc.assert(
      fc.property(course, one => {
        const all = levels(one, 92);
        expect(usageOf(one.opening, one.changes, 92)).toEqual({
          peak: Math.max(...all),
          siteDays: all.reduce((sum, level) => sum + level, 0),
          changes: one.changes,
        });
      }),
      { seed, numRuns: 100 },
    );
  });

  it(`of several together are those of their sum (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(course, { minLength: 1, maxLength: 5 }), all => {
        const opening = all.reduce((sum, one) => sum + one.opening, 0);
        const changes = sumChanges(all.map(one => one.changes));
        const together = levels({ opening, changes }, 92);
        const each = all.map(one => levels(one, 92));
        const sums = together.map((_, i) => each.reduce((sum, own) => sum + (own[i] ?? 0), 0));
        expect(together).toEqual(sums);
        expect(peakOf(opening, changes)).toBe(Math.max(...sums));
        const siteDays = all.reduce((sum, one) => sum + usageOf(one.opening, one.changes, 92).siteDays, 0);
        expect(usageOf(opening, changes, 92).siteDays).toBe(siteDays);
      }),
      { seed, numRuns: 50 },
    );
  });

  it('of a running quarter are those of the days that have begun', () => {
    const changes = [{ day: '2026-10-02', sites: 2 }];
    expect(usageOf(1, [], 1)).toMatchObject({ peak: 1, siteDays: 1 });
    expect(usageOf(1, changes, 2)).toMatchObject({ peak: 3, siteDays: 4 });
  });
});

describe('the days of a quarter', () => {
  const begins = quarterBegins(quarter);
  it.each([
    [begins, 0, 1],
    [begins + day - 1, 0, 1],
    [begins + day, 1, 2],
    [quarterEnds(quarter) - 1, 91, 92],
  ])('at %i: number %i, %i have begun', (at, number, begun) => {
    expect([dayNumberOf(at), daysBegun(quarter, at)]).toEqual([number, begun]);
  });

  it.each([
    ['2027-Q1', 90],
    ['2027-Q2', 91],
    ['2028-Q1', 91],
    ['2026-Q3', 92],
  ])('%s has %i of them when it has ended, however long ago', (name, days) => {
    const one = Quarter.parse(name);
    expect(daysBegun(one, quarterEnds(one))).toBe(days);
    expect(daysBegun(one, quarterEnds(one) + 400 * day)).toBe(days);
  });
});
