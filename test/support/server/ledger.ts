import { EnterpriseId, enterpriseOf, SiteId, siteBucket } from '../../../domain/kernel/ids.ts';
import { perRuntime } from '../../../lambdas/platform/kernel/per-runtime.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { type Item, type Key, type Table, table } from '../../../lambdas/platform/storage/table.ts';
import type { TestServer } from './server.ts';

/** The table as a test reads it: unseen by the meter, untouched by its faults. */
export interface Ledger {
  get(key: Key): Promise<Item | undefined>;
  all(pk: string, prefix?: string): Promise<Item[]>;
}

const unmetered = perRuntime((runtime: Runtime): Table => table({ ...runtime, instrument: () => {} }));

/** The table of a server, unseen by the meter and untouched by its faults. */
export function unmeteredTable({ world }: Pick<TestServer, 'world'>): Table {
  return unmetered(world.runtime);
}

export function ledgerOf(server: TestServer): Ledger {
  const items = unmeteredTable(server);
  return {
    get: async key => await items.get(key, { consistent: true }),
    async all(pk, prefix) {
      const found: Item[] = [];
      for (let more = true, after: string | undefined; more; ) {
        const page = await items.query({ pk, prefix, after, limit: 500 });
        found.push(...page.items);
        after = page.items.length > 0 ? String(page.items.at(-1)?.sk) : undefined;
        more = page.more && after !== undefined;
      }
      return found;
    },
  };
}

/** What the API calls an alert of `keyOf.alert`. */
export function alertIdOf(day: string, name: string): string {
  return Buffer.from(`${day}#${name}`).toString('base64url');
}

/** The keys of docs/rules.md 8, said once more: the tests must not learn them from the code that they test. */
export const keyOf = {
  site: (id: string): Key => {
    const site = SiteId.parse(id);
    return { pk: `E#${enterpriseOf(site)}#${siteBucket(site)}`, sk: `S#${site}` };
  },
  enterprise: (id: string): Key => ({ pk: `E#${EnterpriseId.parse(id)}`, sk: '#' }),
  enterpriseKey: (id: string, app: string): Key => ({ pk: `E#${EnterpriseId.parse(id)}`, sk: `K#${app}` }),
  application: (org: string, app: string): Key => ({ pk: `P#${org}#${app}`, sk: '#' }),
  alert: (day: string, name: string): Key => ({ pk: `N#hub#${day}`, sk: name }),
  acknowledgement: (day: string, name: string): Key => ({ pk: `N#hub#${day}#ack`, sk: name }),
};
