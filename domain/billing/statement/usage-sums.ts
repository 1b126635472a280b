import { type Quarter, quarterEnds } from '../../kernel/time.ts';
import { dayAt, daysBegun, usageOf } from '../../site-licensing/usage.ts';
import type { Figures } from './figures.ts';
import { type SumMismatch, unequal } from './sum-mismatch.ts';

interface QuarterDays {
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

/** Returns the days of a quarter, as a statement names them. */
export function daysOf(quarter: Quarter): QuarterDays {
  const count = daysBegun(quarter, quarterEnds(quarter));
  return { first: dayAt(quarter, 0), last: dayAt(quarter, count - 1), count };
}

/** Checks that the daily changes lead from the opening to the closing number, and that peak and site-days follow from them. */
export function wrongUsage(place: string, { opening, closing, usage }: Figures, days: QuarterDays): SumMismatch[] {
  const { changes } = usage;
  const expected = usageOf(opening.production, changes, days.count);
  const sum = changes.reduce((total, { sites }) => total + sites, opening.production);
  const wrong = changes.findIndex(({ day, sites }, i) => {
    const before = changes[i - 1]?.day ?? '';
    return sites === 0 || day <= before || day < days.first || day > days.last;
  });
  return [
    ...unequal(`${place}.usage.changes`, sum, closing.production, 'the closing number is'),
    ...unequal(`${place}.usage.peak`, usage.peak, expected.peak, 'the changes make'),
    ...unequal(`${place}.usage.siteDays`, usage.siteDays, expected.siteDays, 'the changes make'),
    ...(wrong < 0
      ? []
      : [{ place: `${place}.usage.changes[${wrong}]`, problem: 'is no change of a later day of the quarter' }]),
  ];
}
