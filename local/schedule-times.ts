import { day, hour, minute, type Seconds } from '../domain/kernel/time.ts';

/** Units of `rate(…)`. Supported: `rate(…)`, and `cron(…)` of numbers, names, lists, ranges and steps (EventBridge Scheduler). */
const units = { minute, minutes: minute, hour, hours: hour, day, days: day } as const;

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: string;
}

type Matches = (value: number) => boolean;

const maxWaitSeconds = 5 * 366 * day;

/** Returns the next run of an expression after a time, UTC. @throws for an unsupported expression */
export function nextRun(expression: string, after: Seconds): Seconds {
  const [, kind, inside = ''] = /^(cron|rate)\((.+)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return nextOfRate(inside, after);
  const matches = matchesOf(inside);
  let at = (Math.floor(after / minute) + 1) * minute;
  while (at - after < maxWaitSeconds) {
    const skipped = skippedFrom(new Date(at * 1000), matches);
    if (!skipped) return at;
    at = (Math.floor(at / skipped) + 1) * skipped;
  }
  throw unsupported(expression);
}

/** Returns the next run of a rate, counted from 1970, so that it does not depend on the first call. */
function nextOfRate(text: string, after: Seconds): Seconds {
  const [, count, unit] = /^([1-9]\d*) (\w+)$/.exec(text) ?? [];
  const seconds = Object.entries(units).find(([name]) => name === unit)?.[1];
  if (!seconds) throw unsupported(text);
  const period = Number(count) * seconds;
  return (Math.floor(after / period) + 1) * period;
}

/** Returns the unit to skip: day, hour or minute; undefined when the time matches. */
function skippedFrom(time: Date, matches: ReturnType<typeof matchesOf>): Seconds | undefined {
  const fits =
    matches.year(time.getUTCFullYear()) &&
    matches.month(time.getUTCMonth() + 1) &&
    matches.day(time.getUTCDate()) &&
    matches.weekday(time.getUTCDay() + 1);
  if (!fits) return day;
  if (!matches.hour(time.getUTCHours())) return hour;
  return matches.minute(time.getUTCMinutes()) ? undefined : minute;
}

/** Parses a cron expression. @param text six fields, of which one of the days is `?` (EventBridge Scheduler user guide, "Schedule types") */
function matchesOf(text: string) {
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = '', ...more] = text.split(' ');
  if (more.length > 0) throw unsupported(text);
  return {
    minute: matchOf(minute, { least: 0, most: 59 }),
    hour: matchOf(hour, { least: 0, most: 23 }),
    day: matchOf(day, { least: 1, most: 31 }),
    month: matchOf(month, { least: 1, most: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC' }),
    weekday: matchOf(weekday, { least: 1, most: 7, names: 'SUN MON TUE WED THU FRI SAT' }),
    year: matchOf(year, { least: 1970, most: 2199 }),
  };
}

function matchOf(text: string, field: Field): Matches {
  const parts = text.split(',').map(part => {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    const [from, to] = rangeOf(range, field);
    const last = to ?? (part.includes('/') ? field.most : from);
    return (value: number) => value >= from && value <= last && (value - from) % Number(step) === 0;
  });
  return value => parts.some(matches => matches(value));
}

/** Parses a range; `to` only where it is specified. */
function rangeOf(text: string, field: Field): [from: number, to?: number] {
  if (text === '*' || text === '?') return [field.least, field.most];
  const [from = Number.NaN, to, ...more] = text.split('-').map(value => numberOf(value, field));
  if (more.length > 0 || Number.isNaN(from) || (to !== undefined && !(to >= from))) throw unsupported(text);
  return to === undefined ? [from] : [from, to];
}

function numberOf(text: string, { least, most, names = '' }: Field): number {
  const named = names.split(' ').indexOf(text);
  const value = named >= 0 ? named + least : Number(text);
  if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < least || value > most) throw unsupported(text);
  return value;
}

function unsupported(expression: string): Error {
  return new Error(`The schedule ${expression} is not supported by the local run.`);
}
