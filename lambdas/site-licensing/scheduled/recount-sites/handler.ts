import * as z from 'zod';
import { type EnterpriseId, type OrgId, subjectOf } from '../../../../domain/kernel/ids.ts';
import { minute, monthOf, quarterOf, type Seconds } from '../../../../domain/kernel/time.ts';
import { cellOf, siteClasses } from '../../../../domain/site-licensing/counting.ts';
import { sumCounts } from '../../../../domain/site-licensing/counts.ts';
import { confirmedDrift, type Drift, driftOf } from '../../../../domain/site-licensing/recount.ts';
import type { Site } from '../../../../domain/site-licensing/site.ts';
import { ErrorCollector } from '../../../platform/background/error-collector.ts';
import { invoked } from '../../../platform/background/invoked.ts';
import { dynamoAlerts } from '../../../platform/changes/raise-alerts.ts';
import { orgsOf } from '../../../platform/kernel/orgs.ts';
import type { Runtime } from '../../../platform/kernel/runtime.ts';
import { recordSiteCounts } from '../../../platform/kernel/telemetry.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { dynamoCountedQuarters } from '../../storage/quarter-counts.ts';
import { dynamoRecountProgress } from '../../storage/recount-progress.ts';
import { dynamoSites } from '../../storage/sites.ts';

/** The function has five minutes; the run of the next day continues. */
const budgetSeconds = 4 * minute;
const enterprisesAtOnce = 20;
const sitesAtOnce = 500;
const readings = 3;

/**
 * Daily: publishes the number of sites by the counters, and continues this month's recount until it is complete. It raises alerts and
 * never corrects: the cause of a wrong counter must be found first (docs/runbook.md).
 */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new ErrorCollector();
  const until = runtime.now() + budgetSeconds;
  for (const org of orgsOf(runtime)) {
    await failures.attempt(async () => await publishSiteCounts(runtime, org));
    await failures.attempt(async () => await continueRecount(runtime, org, until));
  }
  failures.throwIfAny();
});

async function publishSiteCounts(runtime: Runtime, org: OrgId): Promise<void> {
  const rows = await dynamoCountedQuarters(runtime).ofQuarter(org, quarterOf(runtime.now()));
  const sums = sumCounts(rows.map(({ closing }) => closing));
  recordSiteCounts(org, Object.fromEntries(siteClasses.map(cellOf).map(cell => [cell, sums[cell] ?? 0])));
}

/** Continues the recount of this month. @throws AggregateError when an enterprise failed: the next run starts over, to include it */
async function continueRecount(runtime: Runtime, org: OrgId, until: Seconds): Promise<void> {
  const progress = dynamoRecountProgress(runtime);
  const month = monthOf(runtime.now());
  const known = await progress.find(org);
  if (known?.month === month && known.isDone) return;
  const failures = new ErrorCollector();
  let after = known?.month === month ? known.after : undefined;
  for (let more = true; more && runtime.now() < until; ) {
    const page = await dynamoEnterprises(runtime).page(org, after, enterprisesAtOnce);
    for (const id of page.ids) await failures.attempt(async () => await recount(runtime, org, id));
    more = page.more;
    after = page.ids.at(-1) ?? after;
    await progress.record(org, failures.isEmpty ? { month, after, isDone: !more } : { month, isDone: false });
  }
  failures.throwIfAny();
}

async function recount(runtime: Runtime, org: OrgId, id: EnterpriseId): Promise<void> {
  let drift = await readingOf(runtime, org, id);
  for (let reading = 2; reading <= readings && drift.length > 0; reading++)
    drift = confirmedDrift(drift, await readingOf(runtime, org, id));
  for (const app of new Set(drift.map(each => each.app)))
    await dynamoAlerts(runtime).raise(
      { org, reason: 'count-mismatch', subject: subjectOf.enterprise(id), detail: `recount-${app}` },
      runtime.now(),
    );
}

async function readingOf(runtime: Runtime, org: OrgId, id: EnterpriseId): Promise<Drift[]> {
  const counters = async () => await dynamoCountedQuarters(runtime).ofQuarter(org, quarterOf(runtime.now()), id);
  const before = await counters();
  const sites: Pick<Site, 'app' | 'mode' | 'state' | 'status'>[] = [];
  for (let after: Site['id'] | undefined, more = true; more; more = after !== undefined) {
    const page = await dynamoSites(runtime).page(id, after, sitesAtOnce);
    sites.push(...page.sites.map(({ app, mode, state, status }) => ({ app, mode, state, status })));
    after = page.next;
  }
  return driftOf({ before, sites, after: await counters() });
}
