import type { Quarter, Seconds } from '../../../domain/kernel/time.ts';
import { type Cells, cellOf, siteClasses } from '../../../domain/site-licensing/counting.ts';
import type { DayChange } from '../../../domain/site-licensing/usage.ts';
import { dayAt, dayNumberOf } from '../../../domain/site-licensing/usage.ts';
import type { Item } from '../../platform/storage/table.ts';

/**
 * Returns the attribute name of a counter. Names are short, so that the item stays within 1 kB, one write unit: a cell of sites has the
 * initials of mode, state and status (`pal` is `production:active:live`). A day has its number in the quarter (`00` to `91`), every other
 * cell its own name.
 */
export function cellAttribute(cell: string): string {
  return attributes.get(cell) ?? cell;
}

/** Returns the attribute of the day on which the billed number changes. */
export function dayAttribute(at: Seconds): string {
  return String(dayNumberOf(at)).padStart(2, '0');
}

const attributes: ReadonlyMap<string, string> = new Map(
  siteClasses.map(siteClass => {
    const { mode, state, status } = siteClass;
    return [cellOf(siteClass), `${mode[0]}${state[0]}${status[0]}`];
  }),
);
const cells: ReadonlyMap<string, string> = new Map([...attributes].map(([cell, attribute]) => [attribute, cell]));
const dayPattern = /^\d\d$/;

/** Returns the counters of an item: its numbers. Its other attributes are its keys and the mark of its last write. */
export function countersIn(item: Item, quarter: Quarter): { cells: Cells; days: readonly DayChange[] } {
  const numbers = Object.entries(item).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number' ? [[name, value]] : [],
  );
  const [days, others] = [true, false].map(isDay => numbers.filter(([name]) => dayPattern.test(name) === isDay));
  return {
    cells: Object.fromEntries((others ?? []).map(([name, count]) => [cells.get(name) ?? name, count])),
    days: (days ?? [])
      .filter(([, sites]) => sites !== 0)
      .map(([number, sites]) => ({ day: dayAt(quarter, Number(number)), sites }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
  };
}
