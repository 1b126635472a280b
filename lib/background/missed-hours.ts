/** Hours added to the gap between two runs before the alarm, since a run may begin late. */
const graceHours = 2;

const perDay = 24;
const hoursPer = new Map([
  ['minute', 1 / 60],
  ['hour', 1],
  ['day', perDay],
]);

/**
 * Returns the number of hours without a run after which a schedule has missed one. CloudWatch evaluates seven days at most, so every
 * schedule must run at least daily; monthly and quarterly work checks daily whether it is pending.
 * @param expression of EventBridge Scheduler: `rate(1 hour)`, or a `cron(…)` that means every day
 * @throws when it starts less often, or is written in another way
 */
export function missedHours(expression: string): number {
  const gapHours = gapOfRate(expression) ?? gapOfCron(expression);
  if (gapHours === undefined || gapHours > perDay)
    throw new Error(
      `The schedule ${expression} does not run daily: expected at least one run a day, so that an alarm can detect a missed run.`,
    );
  return Math.ceil(gapHours) + graceHours;
}

function gapOfRate(expression: string): number | undefined {
  const [, amount, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return amount === undefined ? undefined : Number(amount) * (hoursPer.get(unit) ?? Number.NaN);
}

/** @returns the longest time between two of the hours of a day, over midnight too */
function gapOfCron(expression: string): number | undefined {
  const [, hours] = /^cron\(\S+ (\S+) (?:\* \* \?|\? \* \*) \*\)$/.exec(expression) ?? [];
  if (!hours) return undefined;
  const starts = [...new Set(hours.split(',').flatMap(hoursOf))].sort((a, b) => a - b);
  const first = starts[0] ?? 0;
  const next = [...starts.slice(1), first + perDay];
  return Math.max(...starts.map((start, i) => (next[i] ?? start) - start));
}

/** Returns the hours of one part of a cron field: `3`, `*`, `8-18`, `0/6`. */
function hoursOf(part: string): number[] {
  const [range = '', step] = part.split('/');
  const [from = '', to] = range.split('-');
  const first = from === '*' ? 0 : Number(from);
  const lastOfSteps = step ? perDay - 1 : first;
  const last = from === '*' ? perDay - 1 : Number(to ?? lastOfSteps);
  const everyHour = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return everyHour.filter(hour => (hour - first) % Number(step ?? 1) === 0);
}
