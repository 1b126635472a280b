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
 * Records that a site is dormant, if it is and nothing says so yet: with the time of the fact, exactly as the sweep does. An operation
 * calls it before it changes a site, so that what it decides never depends on when the sweep ran.
 * @returns the site as it is recorded from then on @throws Stale
 */
export async function ensureDormancyRecorded(site: Site, now: Seconds, ports: Ports): Promise<Site> {
  const settled = await recordDormancy(site, now, ports);
  return settled ? ((await ports.sites.find(site.id)) ?? site) : site;
}

/** @returns whether there was anything to record @throws Stale */
export async function recordDormancy(site: Site, now: Seconds, { sites, sweep }: Ports): Promise<boolean> {
  const dormant = dormancyOf(site, now);
  if (!dormant) return false;
  const at = bookingTime(dormant.at, await sweep.until(), now);
  const change = { operation: 'sweep-expiry', actor, at, requestId: 'schedule', alerts: dormant.alerts };
  await sites.record(site, dormant.site, change);
  return true;
}
