import { Subject } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import { bookingTime } from '../../../domain/site-licensing/booking.ts';
import { dormancyOf, type Site } from '../../../domain/site-licensing/site.ts';
import type { SweepProgress } from '../../platform/storage/sweep-progress.ts';
import type { Sites } from '../storage/sites.ts';

const actor = Subject.parse('schedule:sweep-expiry');

interface Ports {
  readonly sites: Sites;
  readonly sweep: SweepProgress;
}

/**
 * Records the dormancy of a site that is dormant but not recorded as such: with the time of the fact, as the sweep does. An operation
 * calls it before it changes a site, so that its decision does not depend on the time of the sweep.
 * @returns the site as it is recorded afterwards @throws ConflictError
 */
export async function ensureDormancyRecorded(site: Site, now: Seconds, ports: Ports): Promise<Site> {
  const settled = await recordDormancy(site, now, ports);
  return settled ? ((await ports.sites.find(site.id)) ?? site) : site;
}

/** Records a dormancy. @returns whether there was one to record @throws ConflictError */
export async function recordDormancy(site: Site, now: Seconds, { sites, sweep }: Ports): Promise<boolean> {
  const dormant = dormancyOf(site, now);
  if (!dormant) return false;
  const at = bookingTime(dormant.at, await sweep.until(), now);
  const change = { operation: 'sweep-expiry', actor, at, requestId: 'schedule', alerts: dormant.alerts };
  await sites.record(site, dormant.site, change);
  return true;
}
