import type { Tally } from '../../site-licensing/tally.ts';

/** What each version of the counting rules (docs/counting.md) makes of the counts: the number that bills. Versions are added, never changed. */
const billedBy: ReadonlyMap<string, (closing: Tally) => number> = new Map([['2', ({ production }) => production]]);

/** @returns undefined for rules that nobody here knows */
export function billedSites(rules: string, closing: Tally): number | undefined {
  return billedBy.get(rules)?.(closing);
}
