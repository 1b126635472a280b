import type { Tally } from '../../site-licensing/tally.ts';

/** The billed number by each version of the counting rules (docs/counting.md). Versions are added, never changed. */
const billedBy: ReadonlyMap<string, (closing: Tally) => number> = new Map([['2', ({ production }) => production]]);

/** Returns the number of billed sites; undefined for a version of the rules that this program does not know. */
export function billedSites(rules: string, closing: Tally): number | undefined {
  return billedBy.get(rules)?.(closing);
}
