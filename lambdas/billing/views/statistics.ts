import type * as z from 'zod';
import {
  type ComparedCount,
  compareCounts,
  linesOf,
  pageAfter,
  type ReceivedManifest,
  totalOf,
  usersOf,
} from '../../../domain/billing/aggregate.ts';
import type { Difference } from '../../../domain/billing/differences.ts';
import type { ComparedManifest } from '../../../domain/billing/manifest-rules.ts';
import type { AppId } from '../../../domain/kernel/ids.ts';
import { isRunning } from '../../../domain/kernel/quarter.ts';
import { isoTime, type Quarter, type Seconds } from '../../../domain/kernel/time.ts';
import { isSwept } from '../../../domain/site-licensing/booking.ts';
import { type CountedCells, cellOf, countingRules, siteClasses } from '../../../domain/site-licensing/counting.ts';
import { sumCounts } from '../../../domain/site-licensing/counts.ts';
import type { difference } from '../shapes/statistics.ts';
import type { StoredManifest } from '../storage/manifests.ts';

/** Limits the answer, since it is recorded in an item; get-aggregate-stats has all lines. */
const maxLines = 100;

/** Returns the answer to a pushed manifest. */
export function manifestAnswerOf(
  { quarter, revision, sha256 }: StoredManifest,
  receivedAt: Seconds,
  sweptUntil: Seconds | undefined,
  { differences, exceeded }: ComparedManifest,
) {
  return {
    quarter,
    revision,
    receivedAt: isoTime(receivedAt),
    sha256,
    ...viewOfBooking(quarter, sweptUntil),
    differences: differences.slice(0, maxLines).map(viewOfDifference),
    differenceCount: differences.length,
    seatsExceeded: exceeded
      .slice(0, maxLines)
      .map(({ enterprise: enterpriseId, ...seats }) => ({ enterpriseId, ...seats })),
  };
}

function viewOfDifference({ kind, enterprise, manifest, server }: Difference): z.input<typeof difference> {
  return {
    kind,
    ...(enterprise && { enterpriseId: enterprise }),
    ...(manifest !== undefined && { manifest }),
    server,
  };
}

interface Statistics {
  readonly quarter: Quarter;
  readonly at: Seconds;
  readonly sweptUntil: Seconds | undefined;
  readonly rows: readonly CountedCells[];
  readonly received: readonly ReceivedManifest[];
}

/** Returns the server's counts beside the manifests. */
export function viewOfStatistics(
  { quarter, at, sweptUntil, rows, received }: Statistics,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
) {
  const { page, next } = pageAfter(compareCounts(rows, received), after, limit);
  const total = totalOf(rows);
  const apps = new Set([...rows.map(({ app }) => app), ...received.map(({ app }) => app)]);
  const running = isRunning(quarter, at);
  return {
    quarter,
    running,
    asOf: isoTime(at),
    ...viewOfBooking(quarter, sweptUntil),
    countingRules: countingRules.version,
    billed: total.closing.production,
    total,
    cells: cellsOf(rows),
    applications: [...apps].sort().map(app => viewOfApplicationCounts(app, { quarter, at, rows, received })),
    enterprises: page.map(viewOfEnterpriseCounts),
    differences: linesOf(rows, received, page).map(({ app, ...line }) => ({
      application: app,
      ...viewOfDifference(line),
    })),
    ...(next && { next }),
  };
}

function viewOfBooking(quarter: Quarter, sweptUntil: Seconds | undefined) {
  return {
    ...(sweptUntil !== undefined && { sweptUntil: isoTime(sweptUntil) }),
    complete: isSwept(quarter, sweptUntil),
  };
}

function cellsOf(rows: readonly CountedCells[]) {
  const sums = sumCounts(rows.map(({ closing }) => closing));
  return siteClasses
    .map(({ mode, state, status }) => ({ mode, state, status, sites: sums[cellOf({ mode, state, status })] ?? 0 }))
    .filter(({ sites }) => sites !== 0);
}

function viewOfApplicationCounts(app: AppId, { quarter, at, rows, received }: Omit<Statistics, 'sweptUntil'>) {
  const own = totalOf(rows.filter(row => row.app === app));
  const pushed = received.find(manifest => manifest.app === app);
  if (!pushed) {
    const state = isRunning(quarter, at) ? ('pending' as const) : ('missing' as const);
    return { application: app, ...own, manifest: { state } };
  }
  const { manifest, revision, receivedAt } = pushed;
  const { sites, enterprises } = manifest;
  const stated = { state: 'received', revision, receivedAt: isoTime(receivedAt) } as const;
  return { application: app, ...own, manifest: { ...stated, sites, enterprises, users: usersOf(manifest) } };
}

function viewOfEnterpriseCounts({ enterprise: enterpriseId, app: application, stated, ...counts }: ComparedCount) {
  return { enterpriseId, application, ...counts, ...(stated && { manifest: stated }) };
}
