import {
  day,
  isoTime,
  type Quarter,
  quarterBegins,
  quarterEnds,
  quarterOf,
  type Seconds,
  secondsOf,
} from '../kernel/time.ts';

/** Net change of the billed number on one UTC day; never 0. */
export interface DayChange {
  /** `2026-10-05` */
  readonly day: string;
  readonly sites: number;
}

/** Usage of a quarter, by the number of sites at the end of each UTC day; it is not billed. */
export interface Usage {
  /** the highest number at the end of a day */
  readonly peak: number;
  /** the sum of the numbers at the end of each day */
  readonly siteDays: number;
  /** by day, in order; with the opening number they make all the rest */
  readonly changes: readonly DayChange[];
}

/** @returns 0 for the first day of the quarter of a moment */
export function dayNumberOf(at: Seconds): number {
  return Math.floor((at - quarterBegins(quarterOf(at))) / day);
}

/** @returns `2026-10-05` for the fifth day of 2026-Q4, whose number is 4 */
export function dayAt(quarter: Quarter, number: number): string {
  return isoTime(quarterBegins(quarter) + number * day).slice(0, 10);
}

/** @returns how many days of the quarter have begun by now; all of them once it has ended */
export function daysBegun(quarter: Quarter, now: Seconds): number {
  return dayNumberOf(Math.min(now, quarterEnds(quarter) - 1)) + 1;
}

/** @param opening the number before the quarter @param days of the quarter that have begun: 90 to 92 when it has ended */
export function usageOf(opening: number, changes: readonly DayChange[], days: number): Usage {
  const numbers = numbersOf(changes);
  const siteDays = changes.reduce((sum, { sites }, i) => sum + sites * (days - (numbers[i] ?? 0)), opening * days);
  return { peak: peakOf(opening, changes), siteDays, changes };
}

/** Returns the highest number at the end of a day. The opening number is one of them unless it changed on the first day. */
export function peakOf(opening: number, changes: readonly DayChange[]): number {
  let level = opening;
  let peak = numbersOf(changes.slice(0, 1))[0] === 0 ? 0 : opening;
  for (const { sites } of changes) {
    level += sites;
    peak = Math.max(peak, level);
  }
  return peak;
}

/** Returns the changes of several, as of one. */
export function sumChanges(all: readonly (readonly DayChange[])[]): DayChange[] {
  return [...Map.groupBy(all.flat(), ({ day }) => day)]
    .map(([day, changes]) => ({ day, sites: changes.reduce((sum, { sites }) => sum + sites, 0) }))
    .filter(({ sites }) => sites !== 0)
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Returns the numbers of the days in the quarter of the first. */
function numbersOf(changes: readonly DayChange[]): number[] {
  const times = changes.map(({ day }) => secondsOf(day));
  const [first] = times;
  if (first === undefined) return [];
  const begins = quarterBegins(quarterOf(first));
  return times.map(at => (at - begins) / day);
}
