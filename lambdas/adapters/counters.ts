import { enterpriseKeyCell } from '../../domain/counting.ts';
import { countsMovedBy } from '../../domain/counts.ts';
import { type AppId, type EnterpriseId, orgOf } from '../../domain/ids.ts';
import type { Site } from '../../domain/site.ts';
import { quarterOf, type Seconds } from '../../domain/time.ts';
import type { Key, Write } from './table.ts';

interface Owner {
  readonly enterprise: EnterpriseId;
  readonly app: AppId;
}

/** The counters of the quarter in which a change happens; none for a plain refresh, which then stays one write. */
export function counterWrites(before: Site | undefined, after: Site, at: Seconds, isAnew = false): Write[] {
  return addWrites(after, countsMovedBy(before, after, isAnew), at);
}

/** An enterprise is counted in an application from its first key on, even with no site. */
export function enterpriseKeyWrites(first: Owner, at: Seconds): Write[] {
  return addWrites(first, { [enterpriseKeyCell]: 1 }, at);
}

function addWrites(owner: Owner, deltas: Readonly<Record<string, number>>, at: Seconds): Write[] {
  const moved = Object.entries(deltas);
  if (moved.length === 0) return [];
  return [
    {
      update: countersKey(owner, at),
      expression: `ADD ${moved.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
      names: Object.fromEntries(moved.map(([cell], i) => [`#c${i}`, cell])),
      values: Object.fromEntries(moved.map(([, delta], i) => [`:c${i}`, delta])),
    },
  ];
}

export function countersKey({ enterprise, app }: Owner, at: Seconds): Key {
  return { pk: `O#${orgOf(enterprise)}#${quarterOf(at)}`, sk: `C#${enterprise}#${app}` };
}
