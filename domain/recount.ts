import { type CountedCells, cellOf, standings } from './counting.ts';
import type { AppId } from './ids.ts';
import type { Site } from './site.ts';

/** A cell of one application whose counter is not the number of its sites. */
export interface Drift {
  readonly app: AppId;
  readonly cell: string;
  readonly counted: number;
  readonly standing: number;
}

/** Compares the counters of one enterprise with its sites, in every cell of every application. */
export function driftOf(
  counters: readonly Pick<CountedCells, 'app' | 'closing'>[],
  sites: readonly Pick<Site, 'app' | 'mode' | 'state' | 'status'>[],
): Drift[] {
  const bySite = Map.groupBy(sites, site => `${site.app} ${cellOf(site)}`);
  const byCounter = new Map(counters.map(({ app, closing }) => [app, closing]));
  const apps = new Set([...byCounter.keys(), ...sites.map(({ app }) => app)]);
  return [...apps].flatMap(app =>
    standings
      .map(cellOf)
      .map(cell => {
        const standing = bySite.get(`${app} ${cell}`)?.length ?? 0;
        return { app, cell, counted: byCounter.get(app)?.[cell] ?? 0, standing };
      })
      .filter(({ counted, standing }) => counted !== standing),
  );
}

/** Sites change while they are counted: only what is off by the same in every reading has drifted. */
export function stillThere(drift: readonly Drift[], again: readonly Drift[]): Drift[] {
  const offBy = ({ app, cell, counted, standing }: Drift) => `${app} ${cell} ${counted - standing}`;
  const seen = new Set(again.map(offBy));
  return drift.filter(each => seen.has(offBy(each)));
}
