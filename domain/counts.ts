import type { Site } from './site.ts';

/** Where a site stands in the counts: `production:active:live`. */
export function cellOf(site: Pick<Site, 'mode' | 'state' | 'status'>): string {
  return `${site.mode}:${site.state}:${site.status}`;
}

/**
 * What one change of a site does to the counters of its quarter: -1 in the cell it leaves, +1 in the cell it enters, and the
 * events that the statement explains its differences by. A deleted site stands in no cell.
 * @returns only what changes; empty for a plain refresh
 */
export function countsMovedBy(before: Site | undefined, after: Site): Record<string, number> {
  const from = before && before.status !== 'deleted' ? cellOf(before) : undefined;
  const to = after.status === 'deleted' ? undefined : cellOf(after);
  const moved: Record<string, number> = {};
  if (from !== to && from) moved[from] = -1;
  if (from !== to && to) moved[to] = 1;
  if (!before) moved[`created:${after.mode}`] = 1;
  if (before?.mode === 'dev' && after.mode === 'production') moved.promoted = 1;
  if (before && from && !to) moved[`deleted:${before.mode}`] = 1;
  return moved;
}

/** The counts at a moment: the deltas of every quarter up to then, summed. */
export function sumCounts(quarters: Iterable<Readonly<Record<string, number>>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const deltas of quarters)
    for (const [cell, delta] of Object.entries(deltas)) sums[cell] = (sums[cell] ?? 0) + delta;
  return sums;
}
