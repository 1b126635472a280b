import type { Item, Table } from './table.ts';

const pageSize = 1000;

/** Reads a whole partition, or what begins with the prefix in it, page after page. */
export async function queryAll(table: Table, pk: string, prefix?: string): Promise<Item[]> {
  const found: Item[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await table.query({ pk, prefix, after, limit: pageSize });
    found.push(...page.items);
    const last = page.items.at(-1);
    after = last && String(last.sk);
    more = page.more && after !== undefined;
  }
  return found;
}
