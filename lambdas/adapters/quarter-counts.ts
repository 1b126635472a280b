import { type Cells, type CountedCells, countOf } from '../../domain/counting.ts';
import { sumCounts } from '../../domain/counts.ts';
import { AppId, EnterpriseId, type OrgId } from '../../domain/ids.ts';
import { quartersUpTo } from '../../domain/quarter.ts';
import type { Quarter } from '../../domain/time.ts';
import type { CountedQuarters, Counts } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { perRuntime } from './per-runtime.ts';
import { type Item, type Table, table } from './table.ts';
import { wholeList } from './whole-list.ts';

/** Sums of the deltas of every quarter: what is read grows with enterprises and quarters, never with sites. */
export const dynamoCountedQuarters = perRuntime((runtime: Runtime): CountedQuarters => {
  const items = table(runtime);
  return { ofQuarter: async (org, quarter, enterprise) => await cellsOf(items, org, quarter, enterprise) };
});

export const dynamoCounts = perRuntime((runtime: Runtime): Counts => {
  const cells = dynamoCountedQuarters(runtime);
  return { quarter: async (org, quarter) => (await cells.ofQuarter(org, quarter)).map(countOf) };
});

async function cellsOf(items: Table, org: OrgId, quarter: Quarter, enterprise?: EnterpriseId): Promise<CountedCells[]> {
  const prefix = enterprise ? `C#${enterprise}#` : 'C#';
  const rows = new Map<string, { before: Cells[]; deltas: Cells }>();
  for (const each of quartersUpTo(quarter))
    for (const item of await wholeList(items, `O#${org}#${each}`, prefix)) {
      const owner = String(item.sk);
      const row = rows.get(owner) ?? { before: [], deltas: {} };
      if (each === quarter) rows.set(owner, { ...row, deltas: numbersIn(item) });
      else rows.set(owner, { ...row, before: [...row.before, numbersIn(item)] });
    }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([owner, row]) => toCounted(owner, row.before, row.deltas));
}

/** What is a number in the item is a cell; the rest are its keys and the mark of its last write. */
function numbersIn(item: Item): Cells {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

function toCounted(owner: string, before: Cells[], deltas: Cells): CountedCells {
  const [, enterprise, app] = owner.split('#');
  const opening = sumCounts(before);
  const closing = sumCounts([opening, deltas]);
  return { enterprise: EnterpriseId.parse(enterprise), app: AppId.parse(app), opening, closing, deltas };
}
