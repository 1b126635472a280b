import type { AppId, EnterpriseId } from '../kernel/ids.ts';
import type { Usage } from './usage.ts';

/** Sites at one moment, by the counting rules (docs/counting.md). */
export interface Tally {
  /** what bills: production sites in state basic, commissioning or active, live or suspended */
  readonly production: number;
  /** the same, by state */
  readonly basic: number;
  readonly commissioning: number;
  readonly active: number;
  /** of the production sites, those that are suspended */
  readonly suspended: number;
  /** counted apart */
  readonly dev: number;
  readonly proxy: number;
  readonly dormant: number;
  readonly enterpriseKeys: number;
}

/**
 * Why the number that bills differs from the one before: opening + new + promoted + reactivated + proxyRemoved - deleted - dormant - proxied
 * = closing, always.
 */
export interface Moves {
  readonly new: number;
  readonly promoted: number;
  readonly reactivated: number;
  readonly proxyRemoved: number;
  readonly deleted: number;
  readonly dormant: number;
  readonly proxied: number;
  /** part of `new`: sites whose reference was deleted before */
  readonly recreated: number;
}

/** One enterprise in one application, over one quarter. */
export interface EnterpriseCount {
  readonly enterprise: EnterpriseId;
  readonly app: AppId;
  readonly opening: Tally;
  readonly closing: Tally;
  readonly moves: Moves;
  readonly usage: Usage;
}

/** Returns a number for each move. */
export function movesOf(count: (move: keyof Moves) => number): Moves {
  return {
    new: count('new'),
    promoted: count('promoted'),
    reactivated: count('reactivated'),
    proxyRemoved: count('proxyRemoved'),
    deleted: count('deleted'),
    dormant: count('dormant'),
    proxied: count('proxied'),
    recreated: count('recreated'),
  };
}
