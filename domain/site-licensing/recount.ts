import type { AppId } from '../kernel/ids.ts';
import { type CountedCells, cellOf, siteClasses } from './counting.ts';
import type { Site } from './site.ts';

/** A cell of one application whose counter is not the number of its sites. */
export interface Drift {
  readonly app: AppId;
  readonly cell: string;
  readonly counted: number;
  readonly actual: number;
}

type Counters = readonly Pick<CountedCells, 'app' | 'closing'>[];

/** The counters of one enterprise, read before its sites and again after them, and the sites. */
export interface Reading {
  readonly before: Counters;
  readonly after: Counters;
  readonly sites: readonly Pick<Site, 'app' | 'mode' | 'state' | 'status'>[];
}

/** Compares counters with sites, in every cell of every application; not where they moved meanwhile. */
export function driftOf({ before, after, sites }: Reading): Drift[] {
  const bySite = Map.groupBy(sites, site => `${site.app} ${cellOf(site)}`);
  const [was, is] = [before, after].map(counters => new Map(counters.map(({ app, closing }) => [app, closing])));
  const apps = new Set([...before, ...after, ...sites].map(({ app }) => app));
  return [...apps].flatMap(app =>
    siteClasses.map(cellOf).flatMap(cell => {
      const counted = is?.get(app)?.[cell] ?? 0;
      const actual = bySite.get(`${app} ${cell}`)?.length ?? 0;
      const moved = counted !== (was?.get(app)?.[cell] ?? 0);
      return moved || counted === actual ? [] : [{ app, cell, counted, actual }];
    }),
  );
}

/** Returns the drift that is the same in both readings. */
export function confirmedDrift(drift: readonly Drift[], again: readonly Drift[]): Drift[] {
  const offBy = ({ app, cell, counted, actual }: Drift) => `${app} ${cell} ${counted - actual}`;
  const seen = new Set(again.map(offBy));
  return drift.filter(each => seen.has(offBy(each)));
}
