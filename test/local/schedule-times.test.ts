import { schedules } from '../../lambdas/schedules.ts';
import { nextRun } from '../../local/schedule-times.ts';

const at = (text: string) => Date.parse(text) / 1000;
const show = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16);

test.each([
  ['cron(7 * * * ? *)', '2026-11-21T05:06:59Z', '2026-11-21T05:07'],
  ['cron(7 * * * ? *)', '2026-11-21T05:07:00Z', '2026-11-21T06:07'],
  ['cron(17 3 * * ? *)', '2026-12-31T03:17:01Z', '2027-01-01T03:17'],
  ['cron(0 6 11 * ? *)', '2026-11-11T06:00:00Z', '2026-12-11T06:00'],
  ['cron(0 6 11 1,4,7,10 ? *)', '2026-11-21T05:00:00Z', '2027-01-11T06:00'],
  ['cron(0 0 1 JAN,APR ? 2026-2030)', '2026-11-21T05:00:00Z', '2027-01-01T00:00'],
  ['cron(*/20 4-5 ? * MON-FRI *)', '2026-11-21T05:00:00Z', '2026-11-23T04:00'],
  ['cron(*/20 4-5 ? * MON-FRI *)', '2026-11-23T04:20:00Z', '2026-11-23T04:40'],
  ['cron(5/25 * * * ? *)', '2026-11-21T05:31:00Z', '2026-11-21T05:55'],
  ['cron(0 12 29 2 ? *)', '2026-11-21T05:00:00Z', '2028-02-29T12:00'],
  ['rate(1 hour)', '2026-11-21T05:07:00Z', '2026-11-21T06:00'],
  ['rate(15 minutes)', '2026-11-21T05:07:00Z', '2026-11-21T05:15'],
  ['rate(1 day)', '2026-11-21T05:07:00Z', '2026-11-22T00:00'],
])('%s after %s is due at %s', (expression, after, due) => {
  expect(show(nextRun(expression, at(after)))).toBe(due);
});

test.each([
  'cron(7 * * * ?)',
  'cron(7 * * * ? * *)',
  'cron(60 * * * ? *)',
  'cron(5-1 * * * ? *)',
  'cron(0 0 L * ? *)',
  'cron(0 0 31 2 ? *)',
  'rate(0 hours)',
  'rate(1 month)',
  'at(2026-11-21T05:07:00)',
])('%s is not understood, and says so', expression => {
  expect(() => nextRun(expression, at('2026-11-21T05:07:00Z'))).toThrow('is not supported');
});

test('every schedule of the table is understood, and due at least daily', () => {
  const after = at('2026-11-21T05:00:00Z');
  for (const { expression } of Object.values(schedules))
    expect(nextRun(expression, after) - after).toBeLessThanOrEqual(86_400);
});
