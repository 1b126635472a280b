import * as z from 'zod';

/** Times are whole seconds since 1970 (NumericDate, RFC 7519 section 2), always the server's. */
export type Seconds = number;

export const minute = 60;
export const hour = 3600;
export const day = 86_400;

/** @returns the first second of the hour of a moment */
export function hourOf(at: Seconds): Seconds {
  return Math.floor(at / hour) * hour;
}

/** @returns `2026-11-21T10:00:00Z` */
export function isoTime(at: Seconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}

/** @returns the UTC day, `20261121` */
export function dayOf(at: Seconds): string {
  return isoTime(at).slice(0, 10).replaceAll('-', '');
}

/** A UTC day that is in the calendar. */
export const Day = z
  .string()
  .regex(/^20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, { abort: true })
  .refine(text => dayOf(startOfDay(text)) === text, 'is not in the calendar');

/** Its first second. */
export function startOfDay(text: string): Seconds {
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8))) / 1000;
}

/** @param text ISO 8601, UTC @returns whole seconds */
export function secondsOf(text: string): Seconds {
  return Math.floor(Date.parse(text) / 1000);
}

/** @returns the UTC month, `202611` */
export function monthOf(at: Seconds): string {
  return dayOf(at).slice(0, 6);
}

/** A UTC quarter: `2026-Q4`. */
export const Quarter = z
  .string()
  .regex(/^20\d{2}-Q[1-4]$/, 'must be a quarter such as 2026-Q4')
  .meta({ examples: ['2026-Q4'] })
  .brand<'Quarter'>();
export type Quarter = z.infer<typeof Quarter>;

/** Returns the quarter of a moment. */
export function quarterOf(at: Seconds): Quarter {
  const time = new Date(at * 1000);
  return Quarter.parse(`${time.getUTCFullYear()}-Q${Math.floor(time.getUTCMonth() / 3) + 1}`);
}

/** Its first second. */
export function quarterBegins(quarter: Quarter): Seconds {
  const [year, number] = quarter.split('-Q').map(Number);
  return Date.UTC(year ?? 0, ((number ?? 1) - 1) * 3) / 1000;
}

/** Returns the first second after the quarter. */
export function quarterEnds(quarter: Quarter): Seconds {
  const [year = 0, number = 0] = quarter.split('-Q').map(Number);
  return Date.UTC(year, number * 3) / 1000;
}

export function nextQuarter(quarter: Quarter): Quarter {
  const [year = 0, number = 0] = quarter.split('-Q').map(Number);
  return Quarter.parse(number === 4 ? `${year + 1}-Q1` : `${year}-Q${number + 1}`);
}

export function previousQuarter(quarter: Quarter): Quarter {
  return quarterOf(quarterBegins(quarter) - 1);
}
