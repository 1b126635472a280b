import { storyTimes } from '../../local/demo/story-times.ts';

const hour = 3600;
const day = 86_400;
const daysOf = (year: number, days: number) => Array.from({ length: days }, (_, i) => Date.UTC(year, 0, 1 + i) / 1000);
const starts = (times: readonly number[]) => [0, 12 * hour, day - 1].flatMap(time => times.map(at => at + time));

/** The first second after the quarter that its name says, worked out by the names of its months. */
function endOf(quarter: string): number {
  const [year, number] = quarter.split('-Q');
  const following = { 1: '04-01', 2: '07-01', 3: '10-01', 4: '01-01' }[Number(number)];
  return Date.parse(`${Number(year) + (number === '4' ? 1 : 0)}-${following}`) / 1000;
}

describe('the times of the story', () => {
  describe.each([
    ['a common year', starts(daysOf(2027, 366))],
    ['a leap year', starts(daysOf(2028, 366))],
  ])('on every day of %s', (_year, moments) => {
    const cases = moments.map(start => ({ start, ends: endOf(storyTimes(start).quarter), times: storyTimes(start) }));

    it('leave an hour for the chapters before the month, which begins within a quarter', () => {
      const waits = cases.map(({ start, times }) => times.monthBegins - start);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(hour);
      expect(Math.max(...waits)).toBeLessThan((92 + 1) * day);
    });

    it('follow each other', () => {
      for (const { start, times } of cases) {
        const { monthBegins, keysRefreshed, sweepBegins, forgottenExpired, quarterOver, statementAtLatest } = times;
        const order = [
          start,
          monthBegins,
          keysRefreshed,
          sweepBegins,
          forgottenExpired,
          quarterOver,
          statementAtLatest,
        ];
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(new Set(order).size).toBe(order.length);
      }
    });

    it('let a key of 30 days begin and expire in the quarter, two days before the end that is told', () => {
      for (const { times, ends } of cases) {
        expect(times.forgottenExpired - times.monthBegins).toBe(32 * day);
        expect(times.sweepBegins).toBeLessThan(times.monthBegins + (30 - 5) * day);
        expect(times.forgottenExpired).toBeLessThan(ends);
        expect(times.monthBegins).toBeGreaterThan(ends - 90 * day);
      }
    });

    it('submit the manifest after the quarter and before day 11, and wait for the statement until after day 11', () => {
      for (const { times, ends } of cases) {
        expect(times.quarterOver).toBeGreaterThanOrEqual(ends);
        expect(times.quarterOver).toBeLessThan(ends + 10 * day);
        expect(times.statementAtLatest).toBeGreaterThan(ends + 11 * day);
      }
    });
  });

  it.each([
    ['2026-11-24T23:00:00Z', '2026-Q4', '2026-11-25T00:00:00.000Z'],
    ['2026-11-24T23:00:01Z', '2027-Q1', '2027-02-23T00:00:00.000Z'],
    ['2026-12-31T23:59:59Z', '2027-Q1', '2027-02-23T00:00:00.000Z'],
    ['2028-01-01T00:00:00Z', '2028-Q1', '2028-02-24T00:00:00.000Z'],
  ])('started at %s, are those of %s, whose month begins at %s', (start, quarter, begins) => {
    const times = storyTimes(Date.parse(start) / 1000);
    expect([times.quarter, new Date(times.monthBegins * 1000).toISOString()]).toEqual([quarter, begins]);
  });
});
