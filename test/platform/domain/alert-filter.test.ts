import { describe, expect, it } from '@jest/globals';
import { requestedDays } from '../../../domain/alerts/alert-filter.ts';
import { Day } from '../../../domain/kernel/time.ts';

const now = Date.UTC(2026, 2, 2, 0, 0, 30) / 1000;

describe('the days of a list of alerts', () => {
  it('are the last seven, newest first, when none are named', () => {
    expect(requestedDays({}, now)).toEqual([
      '20260302',
      '20260301',
      '20260228',
      '20260227',
      '20260226',
      '20260225',
      '20260224',
    ]);
  });

  it.each([
    [{ from: '20260301' }, 2, '20260302', '20260301'],
    [{ to: '20260228' }, 7, '20260228', '20260222'],
    [{ from: '20240228', to: '20240301' }, 3, '20240301', '20240228'],
    [{ from: '20260302', to: '20260302' }, 1, '20260302', '20260302'],
    [{ from: '20251201' }, 92, '20260302', '20251201'],
  ])('are those that are named: %j', (asked, count, newest, oldest) => {
    const days = requestedDays(asked, now);
    expect([days.length, days.at(0), days.at(-1)]).toEqual([count, newest, oldest]);
  });

  it.each([{ from: '20260303' }, { from: '20260302', to: '20260301' }, { from: '20251130' }])(
    'are refused when they end before they begin or are more than 92: %j',
    asked => {
      expect(() => requestedDays(asked, now)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
    },
  );

  it.each(['20260229', '20260230', '20260431', '20261301', '20260100', '2026-03-01'])(
    'are in the calendar: %s',
    text => {
      expect(Day.safeParse(text).success).toBe(false);
    },
  );
});
