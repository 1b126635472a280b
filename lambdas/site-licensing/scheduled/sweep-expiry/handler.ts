import * as z from 'zod';
import { type Subject, siteIdOf } from '../../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../../domain/kernel/time.ts';
import {
  type ExpiryPhase,
  enterpriseOfSubject,
  hoursSince,
  pendingPhases,
  phaseTime,
  type ScheduledHour,
} from '../../../../domain/site-licensing/expiry-sweep.ts';
import { ErrorCollector } from '../../../platform/background/error-collector.ts';
import { invoked } from '../../../platform/background/invoked.ts';
import { mapConcurrently } from '../../../platform/background/map-concurrently.ts';
import { retryOnConflict } from '../../../platform/background/retry-on-conflict.ts';
import type { Runtime } from '../../../platform/kernel/runtime.ts';
import { countSweep, type Swept } from '../../../platform/kernel/telemetry.ts';
import { type ExpiryEntry, expiryEntriesIn, partitionsOf } from '../../../platform/storage/expiry-index.ts';
import { sweepCursor } from '../../../platform/storage/sweep-progress.ts';
import { recordDormancy } from '../../dormancy/record-dormancy.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { notifyExpiry } from '../../storage/expiry-mark.ts';
import { dynamoSites } from '../../storage/sites.ts';

const concurrency = 16;
/** Lambda ends the function after five minutes; the next run goes on where this one stopped. */
const budgetSeconds = 180;

/** `from`, by hand: sweeps again from then on, for a server that ran without its sweep. No alert is raised twice. */
const Started = z.object({ from: z.iso.datetime().optional() });

/**
 * Hourly: raises warnings and expiry alerts, and marks sites dormant that were not refreshed for 60 days. Idempotent, safe to run
 * concurrently, and catches up after missed runs, hour by hour: an hour is done when all of it is. A failure of one key does not stop
 * the others. @throws AggregateError when any failed, for the alarm
 */
export const handler = invoked(Started, async ({ from }, runtime): Promise<Swept> => {
  const now = runtime.now();
  const cursor = sweepCursor(runtime);
  const sweptUntil = await cursor.find();
  const handled = from ? Date.parse(from) / 1000 : sweptUntil;
  const failures = new ErrorCollector();
  const swept = { warned: 0, expired: 0, dormant: 0 };
  for (const at of hoursSince(handled, now)) {
    if (runtime.now() - now > budgetSeconds) break;
    const parts = pendingPhases(at, now).flatMap(due =>
      partitionsOf(due.hour).map(partition => ({ ...due, partition, sweptUntil })),
    );
    await mapConcurrently(concurrency, parts, async part => await sweepPartition(runtime, part, swept, failures));
    if (failures.isEmpty) await cursor.moveTo(at);
  }
  countSweep(swept);
  failures.throwIfAny();
  return swept;
});

interface Part extends ScheduledHour {
  readonly partition: string;
  /** when this run began */
  readonly sweptUntil: Seconds | undefined;
}

async function sweepPartition(
  runtime: Runtime,
  { partition, ...part }: Part,
  swept: Swept,
  failures: ErrorCollector,
): Promise<void> {
  const sweepAll = async () => {
    for await (const ending of expiryEntriesIn(runtime, partition))
      await failures.attempt(async () => {
        if (await sweepOne(runtime, ending, part)) swept[countedAs[part.phase.reason]] += 1;
      }, ending.subject);
  };
  await failures.attempt(sweepAll, partition);
}

const countedAs = {
  'expiring-soon': 'warned',
  'key-expired': 'expired',
  dormant: 'dormant',
} as const satisfies Record<ExpiryPhase['reason'], keyof Swept>;

/** @returns whether anything was to be done */
async function sweepOne(runtime: Runtime, ending: ExpiryEntry, part: Omit<Part, 'partition'>): Promise<boolean> {
  const { subject } = ending;
  const { phase, sweptUntil } = part;
  if (phase.reason === 'dormant')
    return subject.startsWith('site:') && (await markDormant(runtime, subject, sweptUntil));
  // The expiry of a suspended customer's keys is intended: no alert.
  if (await dynamoEnterprises(runtime).isSuspended(enterpriseOfSubject(subject))) return false;
  return await notifyExpiry(runtime, ending, phase, phaseTime(part));
}

/** Records the dormancy of a site. Reads it again after a conflict: a concurrent request may have refreshed it. */
async function markDormant(runtime: Runtime, subject: Subject, sweptUntil: Seconds | undefined): Promise<boolean> {
  const ports = { sites: dynamoSites(runtime), sweep: { until: async () => sweptUntil } };
  const siteId = siteIdOf(subject);
  return await retryOnConflict(async () => {
    const site = await ports.sites.find(siteId);
    return site !== undefined && (await recordDormancy(site, runtime.now(), ports));
  });
}
