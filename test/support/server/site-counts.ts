import { sumCounts } from '../../../domain/site-licensing/counts.ts';
import type { Client } from '../../../sdk/client.ts';
import type { Ledger } from './ledger.ts';

/** What the counters of some quarters say together. @param owner `<enterprise>#<application>` in Org `hub` */
export async function countersOf(
  ledger: Ledger,
  owner: string,
  quarters: readonly string[],
): Promise<Record<string, number>> {
  const items = quarters.map(async quarter => await ledger.get({ pk: `O#hub#${quarter}`, sk: `C#${owner}` }));
  return sumCounts((await Promise.all(items)).map(item => numbersOf(item ?? {})));
}

/** Where the sites stand by the counters, without the cells that are empty again. */
export function standingByCounters(counters: Record<string, number>): Record<string, number> {
  const cells = Object.entries(counters).filter(([name]) => /^(dev|production):/.test(name));
  return Object.fromEntries(cells.filter(([, count]) => count !== 0));
}

/** Why the number that bills has changed, by the counters. */
export function movesByCounters(counters: Record<string, number>): Record<string, number> {
  const moves = Object.entries(counters).filter(([name]) => name.startsWith('move:'));
  return Object.fromEntries(moves.map(([name, count]) => [name.slice('move:'.length), count]));
}

/** What the items themselves say, read as an operator reads them. */
export async function standingByItems(operator: Client, enterpriseId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await operator.call('list-sites', { enterpriseId, limit: 100, ...(after && { after }) });
    for (const { mode, state, status } of page.sites) {
      // Said once more: the test must not learn it from the code that it tests.
      const cell = `${mode}:${state}:${status}`;
      if (status !== 'deleted') counts[cell] = (counts[cell] ?? 0) + 1;
    }
    after = page.next;
  }
  return counts;
}

const initials = [
  { p: 'production', d: 'dev' },
  { b: 'basic', c: 'commissioning', a: 'active', p: 'proxy' },
  { l: 'live', s: 'suspended', d: 'dormant' },
];

/** `pal` is `production:active:live`. Said once more: the test must not learn it from the code that it tests. */
function cellOf(name: string): string {
  if (!/^[pd][bcap][lsd]$/.test(name)) return name;
  return initials.map((names, i) => Object.entries(names).find(([letter]) => letter === name[i])?.[1]).join(':');
}

/** Cells, moves and days; the rest of the item are its key and the mark of the last write. */
function numbersOf(item: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (typeof value === 'number' ? [[cellOf(name), value]] : [])),
  );
}
