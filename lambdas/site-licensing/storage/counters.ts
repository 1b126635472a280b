import { type AppId, type EnterpriseId, orgOf } from '../../../domain/kernel/ids.ts';
import { quarterOf, type Seconds } from '../../../domain/kernel/time.ts';
import { enterpriseKeyCell } from '../../../domain/site-licensing/counting.ts';
import { billedChange, countsMovedBy } from '../../../domain/site-licensing/counts.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';
import type { Key, Write } from '../../platform/storage/table.ts';
import { cellAttribute, dayAttribute } from './counter-attributes.ts';

interface Owner {
  readonly enterprise: EnterpriseId;
  readonly app: AppId;
}

/**
 * Returns the writes of the counters of the quarter and day in which a change happens; none for a plain refresh, which then stays one
 * write.
 * @param at the time of the fact, however late it is recorded
 */
export function counterWrites(before: Site | undefined, after: Site, at: Seconds, isRecreated = false): Write[] {
  const billed = billedChange(before, after);
  const days = billed === 0 ? {} : { [dayAttribute(at)]: billed };
  return addWrites(after, { ...attributesOf(countsMovedBy(before, after, isRecreated)), ...days }, at);
}

/** Returns the writes for the first key of an enterprise in an application, which is counted from then on, even with no site. */
export function enterpriseKeyWrites(first: Owner, at: Seconds): Write[] {
  return addWrites(first, attributesOf({ [enterpriseKeyCell]: 1 }), at);
}

function attributesOf(deltas: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(deltas).map(([cell, delta]) => [cellAttribute(cell), delta]));
}

function addWrites(owner: Owner, deltas: Readonly<Record<string, number>>, at: Seconds): Write[] {
  const moved = Object.entries(deltas);
  if (moved.length === 0) return [];
  return [
    {
      update: countersKey(owner, at),
      expression: `ADD ${moved.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
      names: Object.fromEntries(moved.map(([attribute], i) => [`#c${i}`, attribute])),
      values: Object.fromEntries(moved.map(([, delta], i) => [`:c${i}`, delta])),
    },
  ];
}

export function countersKey({ enterprise, app }: Owner, at: Seconds): Key {
  return { pk: `O#${orgOf(enterprise)}#${quarterOf(at)}`, sk: `C#${enterprise}#${app}` };
}
