import { readStartDate } from '../../local/start-date.ts';

describe('START_DATE', () => {
  it.each([
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2026-12-31', '2026-12-31T00:00:00.000Z'],
    ['2026-12-31T23:59:50Z', '2026-12-31T23:59:50.000Z'],
  ])('%s is %s, in every time zone', (text, expected) => {
    expect(new Date((readStartDate(text) ?? 0) * 1000).toISOString()).toBe(expected);
  });

  it('that is empty lets the run start now', () => {
    expect(readStartDate('')).toBeUndefined();
  });

  it.each([
    '2027-02-29',
    '2026-13-01',
    '2026-1-1',
    '30.11.2026',
    'tomorrow',
    '2026-12-31T23:59:50',
    '2026-12-31T24:00:00Z',
    '2026-12-31T23:59:50+01:00',
    '2019-12-31',
    '2090-01-01',
  ])('%s is refused with what is expected', text => {
    expect(() => readStartDate(text)).toThrow(
      `START_DATE "${text}" is invalid: expected a UTC date such as 2028-02-29, or a time such as 2028-02-29T23:59:50Z`,
    );
  });
});
