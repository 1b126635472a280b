import { describe, expect, it } from '@jest/globals';
import { Quarter, quarterEnds } from '../../../domain/kernel/time.ts';
import { assertSwept, bookingTime, isSwept } from '../../../domain/site-licensing/booking.ts';
import { day, refusalOf } from './facts.ts';

const quarter = Quarter.parse('2026-Q4');
const ends = quarterEnds(quarter);

describe('a fact', () => {
  it.each([
    ['at its own time, in a quarter that has ended too', ends - 1, ends - 3600, ends - 1],
    ['at its own time where the sweep stands', ends, ends, ends],
    ['at its own time when the sweep has never run', ends - 1, undefined, ends - 1],
    ['when it is found, behind the sweep: what that has passed is closed', ends - 1, ends, ends + 100 * day],
  ])('is booked %s', (_title, at, sweptUntil, booked) => {
    expect(bookingTime(at, sweptUntil, ends + 100 * day)).toBe(booked);
  });
});

describe('the counts of a quarter', () => {
  it('are complete when the sweep has passed its end', () => {
    expect([undefined, ends - 1, ends, ends + day].map(until => isSwept(quarter, until))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(assertSwept(quarter, ends + day)).toBe(ends + day);
    expect(refusalOf(() => assertSwept(quarter, ends - 1))).toBe('quarter-not-swept');
    expect(refusalOf(() => assertSwept(quarter, undefined))).toBe('quarter-not-swept');
  });
});
