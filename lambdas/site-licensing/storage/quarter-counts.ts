import { AppId, EnterpriseId, type OrgId } from '../../../domain/kernel/ids.ts';
import { quartersUpTo } from '../../../domain/kernel/quarter.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import { type Cells, type CountedCells, countOf } from '../../../domain/site-licensing/counting.ts';
import { sumCounts } from '../../../domain/site-licensing/counts.ts';
import type { EnterpriseCount } from '../../../domain/site-licensing/tally.ts';
import { type DayChange, daysBegun } from '../../../domain/site-licensing/usage.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { queryAll } from '../../platform/storage/query-all.ts';
import { type Table, table } from '../../platform/storage/table.ts';
import { countersIn } from './counter-attributes.ts';

/** The server's own counts. */
export interface Counts {
  /** Every enterprise in every application, over one quarter; over the running one up to now. In order of enterprise and application. */
  quarter(org: OrgId, quarter: Quarter): Promise<readonly EnterpriseCount[]>;
}

/** The cells from which the counts are made. */
export interface CountedQuarters {
  /** as Counts; one enterprise only when it is named */
  ofQuarter(org: OrgId, quarter: Quarter, enterprise?: EnterpriseId): Promise<readonly CountedCells[]>;
}

/** Sums of the deltas of every quarter: what is read grows with enterprises and quarters, never with sites. */
export const dynamoCountedQuarters = perRuntime((runtime: Runtime): CountedQuarters => {
  const items = table(runtime);
  return {
    async ofQuarter(org, quarter, enterprise) {
      const days = daysBegun(quarter, runtime.now());
      return (await rowsOf(items, org, quarter, enterprise)).map(row => toCounted(row, days));
    },
  };
});

export const dynamoCounts = perRuntime((runtime: Runtime): Counts => {
  const cells = dynamoCountedQuarters(runtime);
  return { quarter: async (org, quarter) => (await cells.ofQuarter(org, quarter)).map(countOf) };
});

/** The counters of one enterprise in one application: of all earlier quarters, and of the requested one. */
interface Row {
  readonly owner: string;
  readonly before: readonly Cells[];
  readonly deltas: Cells;
  readonly changes: readonly DayChange[];
}

async function rowsOf(items: Table, org: OrgId, quarter: Quarter, enterprise?: EnterpriseId): Promise<Row[]> {
  const prefix = enterprise ? `C#${enterprise}#` : 'C#';
  const rows = new Map<string, Row>();
  for (const each of quartersUpTo(quarter))
    for (const item of await queryAll(items, `O#${org}#${each}`, prefix)) {
      const owner = String(item.sk);
      const row = rows.get(owner) ?? { owner, before: [], deltas: {}, changes: [] };
      const { cells, days } = countersIn(item, each);
      const more = each === quarter ? { deltas: cells, changes: days } : { before: [...row.before, cells] };
      rows.set(owner, { ...row, ...more });
    }
  return [...rows.values()].sort((a, b) => (a.owner < b.owner ? -1 : 1));
}

function toCounted({ owner, before, deltas, changes }: Row, days: number): CountedCells {
  const [, enterprise, app] = owner.split('#');
  const opening = sumCounts(before);
  const closing = sumCounts([opening, deltas]);
  return { enterprise: EnterpriseId.parse(enterprise), app: AppId.parse(app), opening, closing, deltas, changes, days };
}
