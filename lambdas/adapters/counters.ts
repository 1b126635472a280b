import { countsMovedBy } from '../../domain/counts.ts';
import type { Site } from '../../domain/site.ts';
import { quarterOf, type Seconds } from '../../domain/time.ts';
import type { Key, Write } from './table.ts';

/** The counters of the quarter in which a change happens; none for a plain refresh, which then stays one write. */
export function counterWrites(before: Site | undefined, after: Site, at: Seconds): Write[] {
  const moved = Object.entries(countsMovedBy(before, after));
  if (moved.length === 0) return [];
  return [
    {
      update: countersKey(after, at),
      expression: `ADD ${moved.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
      names: Object.fromEntries(moved.map(([cell], i) => [`#c${i}`, cell])),
      values: Object.fromEntries(moved.map(([, delta], i) => [`:c${i}`, delta])),
    },
  ];
}

export function countersKey({ org, enterprise, app }: Pick<Site, 'org' | 'enterprise' | 'app'>, at: Seconds): Key {
  return { pk: `O#${org}#${quarterOf(at)}`, sk: `C#${enterprise}#${app}` };
}
