import { AppId, EnterpriseId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type CountedCells, countOf, movesIn, tallyOf } from '../site-licensing/counting.ts';
import { sumCounts } from '../site-licensing/counts.ts';
import type { EnterpriseCount } from '../site-licensing/tally.ts';
import { sumChanges, usageOf } from '../site-licensing/usage.ts';
import { type Difference, differencesOfEnterprises, differencesOfTotals } from './differences.ts';
import type { ManifestBody } from './manifest.ts';

/** A manifest with its place in history. */
export interface ReceivedManifest {
  readonly app: AppId;
  readonly revision: number;
  readonly receivedAt: number;
  readonly manifest: ManifestBody;
}

/** One enterprise in one application, by the server's count and by the manifest, if that names it. */
export interface ComparedCount extends EnterpriseCount {
  readonly stated?: ManifestBody['perEnterprise'][number] | undefined;
}

/** Returns the sum of several counts. */
export function totalOf(rows: readonly CountedCells[]): Omit<EnterpriseCount, 'enterprise' | 'app'> {
  const opening = tallyOf(sumCounts(rows.map(({ opening }) => opening)));
  return {
    opening,
    usage: usageOf(opening.production, sumChanges(rows.map(({ changes }) => changes)), rows[0]?.days ?? 0),
    closing: tallyOf(sumCounts(rows.map(({ closing }) => closing))),
    moves: movesIn(sumCounts(rows.map(({ deltas }) => deltas))),
  };
}

/** Returns every enterprise that the server or a manifest names, in order of enterprise and application. */
export function compareCounts(rows: readonly CountedCells[], received: readonly ReceivedManifest[]): ComparedCount[] {
  const all = new Map<string, ComparedCount>();
  for (const row of rows) all.set(cursorOf(row), countOf(row));
  for (const { app, manifest } of received)
    for (const stated of manifest.perEnterprise) {
      const names = { enterprise: stated.enterpriseId, app };
      const counted =
        all.get(cursorOf(names)) ?? countOf({ ...names, opening: {}, closing: {}, deltas: {}, changes: [], days: 0 });
      all.set(cursorOf(names), { ...counted, stated });
    }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** Returns the cursor of a row: the next page begins after it. */
export function cursorOf({ enterprise, app }: Pick<EnterpriseCount, 'enterprise' | 'app'>): string {
  return `${enterprise}_${app}`;
}

/** @param after `next` of the page before @throws invalid-request */
export function pageAfter(
  all: readonly ComparedCount[],
  after: string | undefined,
  limit: number,
): { page: readonly ComparedCount[]; next?: string } {
  if (after !== undefined) assertCursor(after);
  const rest = all.filter(each => after === undefined || cursorOf(each) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { page, ...(last && rest.length > limit && { next: cursorOf(last) }) };
}

function assertCursor(after: string): void {
  const [enterprise, app, ...more] = after.split('_');
  if (!EnterpriseId.safeParse(enterprise).success || !AppId.safeParse(app).success || more.length > 0)
    throw new Refusal('invalid-request', 'The page cursor is invalid: expected the `next` of the previous page.', [
      { pointer: '#/query/after', detail: 'must be the `next` of a page' },
    ]);
}

/** Returns a line for each difference: of the totals of the applications, and of the enterprises of one page. */
export function linesOf(
  rows: readonly CountedCells[],
  received: readonly ReceivedManifest[],
  page: readonly ComparedCount[],
): (Difference & { readonly app: AppId })[] {
  return received.flatMap(({ app, manifest }) => {
    const own = rows.filter(row => row.app === app).map(countOf);
    const shown = page.filter(each => each.app === app);
    const perEnterprise = shown.flatMap(({ stated }) => stated ?? []);
    const lines = [...differencesOfTotals(manifest, own), ...differencesOfEnterprises({ perEnterprise }, shown)];
    return lines.map(line => ({ app, ...line }));
  });
}

/** Returns the number of users of an application by role. Every admin is counted, the vendor's own staff too. */
export function usersOf({ adminCommitments, users, perEnterprise }: ManifestBody) {
  const configurationUsers = perEnterprise.reduce((sum, part) => sum + part.configurationUsers, 0);
  return { applicationAdmins: adminCommitments.length, ...users, configurationUsers };
}
