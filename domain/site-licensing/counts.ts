import { type Cells, cellOf, kindOf, type Move, moveCell, moveOf } from './counting.ts';
import type { Site } from './site.ts';

/**
 * Returns the effect of one change of a site on the counters of its quarter: -1 in the cell it leaves, +1 in the cell it enters, and
 * the move that explains the billed number. A deleted site is in no cell.
 * @param isRecreated whether a site with the reference of this new site was deleted before
 * @returns only what changes; empty for a plain refresh
 */
export function countsMovedBy(before: Site | undefined, after: Site, isRecreated = false): Record<string, number> {
  const from = before && before.status !== 'deleted' ? cellOf(before) : undefined;
  const to = after.status === 'deleted' ? undefined : cellOf(after);
  const move = moveOf(before, after);
  const moves: Move[] = [...(move ? [move] : []), ...(move === 'new' && isRecreated ? ['recreated' as const] : [])];
  return {
    ...(from && from !== to && { [from]: -1 }),
    ...(to && from !== to && { [to]: 1 }),
    ...Object.fromEntries(moves.map(made => [moveCell(made), 1])),
  };
}

/** Returns what a change of a site adds to the number that bills: 1, 0 or -1. */
export function billedChange(before: Site | undefined, after: Site): number {
  const bills = (site: Site | undefined) => (site && kindOf(site) === 'production' ? 1 : 0);
  return bills(after) - bills(before);
}

/** Returns the counts at a moment: the deltas of every quarter up to then, summed. */
export function sumCounts(quarters: Iterable<Cells>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const deltas of quarters)
    for (const [cell, delta] of Object.entries(deltas)) sums[cell] = (sums[cell] ?? 0) + delta;
  return sums;
}
