import { mode as modes } from '../chain/levels.ts';
import type { AppId, EnterpriseId } from '../kernel/ids.ts';
import { type Site, type SiteStatus, siteStates } from './site.ts';
import { type EnterpriseCount, type Moves, movesOf, type Tally } from './tally.ts';
import { type DayChange, usageOf } from './usage.ts';

/** The rules by which sites are counted (docs/counting.md). A change of any of them is a new version; statements name theirs. */
export const countingRules = { version: '2' } as const;

/** The properties of a site that decide how it is counted. */
export type SiteClass = Pick<Site, 'mode' | 'state' | 'status'>;

/** Numbers by cell: `production:active:live`, `enterprise-key`, `move:new`. */
export type Cells = Readonly<Record<string, number>>;

/** Returns the cell of a site: `production:active:live`. */
export function cellOf({ mode, state, status }: SiteClass): string {
  return `${mode}:${state}:${status}`;
}

/** The cell of enterprise keys: one for each application that an enterprise has a key for. */
export const enterpriseKeyCell = 'enterprise-key';

/** Every combination of mode, state and status that is counted; a deleted site is in none. */
export const siteClasses: readonly (SiteClass & { status: Exclude<SiteStatus, 'deleted'> })[] = modes.options.flatMap(
  mode =>
    siteStates.flatMap(state => (['live', 'suspended', 'dormant'] as const).map(status => ({ mode, state, status }))),
);

/** Returns the kind as which a site is counted, exactly once. Only `production` is billed. */
export function kindOf({ mode, state, status }: SiteClass): 'dormant' | 'proxy' | 'dev' | 'production' | undefined {
  if (status === 'deleted') return undefined;
  if (status === 'dormant') return 'dormant';
  if (state === 'proxy') return 'proxy';
  return mode;
}

export type Move = keyof Moves;

/** Returns the cell in which a move is counted: `move:new`. */
export function moveCell(move: Move): string {
  return `move:${move}`;
}

/** Returns why the billed number changes when a site changes: at most one reason. */
export function moveOf(before: SiteClass | undefined, after: SiteClass): Move | undefined {
  const was = before !== undefined && kindOf(before) === 'production';
  const is = kindOf(after) === 'production';
  if (was === is) return undefined;
  return is ? cameBy(before) : leftBy(after);
}

function cameBy(before: SiteClass | undefined): Move {
  if (!before) return 'new';
  if (before.mode === 'dev') return 'promoted';
  return before.status === 'dormant' ? 'reactivated' : 'proxyRemoved';
}

/** @throws for a production site that became dev: no operation does that, and no counter hides it */
function leftBy(after: SiteClass): Move {
  const kind = kindOf(after);
  if (kind === undefined) return 'deleted';
  if (kind === 'dormant') return 'dormant';
  if (kind === 'proxy') return 'proxied';
  throw new Error('A production site became a dev site.');
}

/** Returns the sites in some cells, by the rules. */
export function tallyOf(cells: Cells): Tally {
  const sum = (fits: (siteClass: SiteClass) => boolean) =>
    siteClasses.filter(fits).reduce((total, siteClass) => total + (cells[cellOf(siteClass)] ?? 0), 0);
  const production = (fits: (siteClass: SiteClass) => boolean) =>
    sum(siteClass => kindOf(siteClass) === 'production' && fits(siteClass));
  return {
    production: production(() => true),
    basic: production(({ state }) => state === 'basic'),
    commissioning: production(({ state }) => state === 'commissioning'),
    active: production(({ state }) => state === 'active'),
    suspended: production(({ status }) => status === 'suspended'),
    dev: sum(siteClass => kindOf(siteClass) === 'dev'),
    proxy: sum(siteClass => kindOf(siteClass) === 'proxy'),
    dormant: sum(siteClass => kindOf(siteClass) === 'dormant'),
    enterpriseKeys: cells[enterpriseKeyCell] ?? 0,
  };
}

/** Returns the moves among the deltas of a quarter. */
export function movesIn(deltas: Cells): Moves {
  return movesOf(move => deltas[moveCell(move)] ?? 0);
}

/** The counters of one enterprise in one application over a quarter. */
export interface CountedCells {
  readonly enterprise: EnterpriseId;
  readonly app: AppId;
  /** before its first instant */
  readonly opening: Cells;
  /** at its last instant, or now while it runs */
  readonly closing: Cells;
  /** what moved in it */
  readonly deltas: Cells;
  /** the same for the number that bills, by day */
  readonly changes: readonly DayChange[];
  /** how many of its days have begun */
  readonly days: number;
}

export function countOf(counted: CountedCells): EnterpriseCount {
  const { enterprise, app, closing, deltas, changes, days } = counted;
  const opening = tallyOf(counted.opening);
  const usage = usageOf(opening.production, changes, days);
  return { enterprise, app, opening, closing: tallyOf(closing), moves: movesIn(deltas), usage };
}

/** Returns whether the application serves the enterprise: it has a key for it, or a site in it. */
export function isServed({ enterpriseKeys, production, dev, proxy, dormant }: Tally): boolean {
  return enterpriseKeys + production + dev + proxy + dormant > 0;
}
