import type * as z from 'zod';
import { isoTime } from '../../../domain/kernel/time.ts';
import { refreshAfter } from '../../../domain/site-licensing/key-lifetime.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';
import type { siteView } from '../shapes/site.ts';

/** Returns a site as clients see it. */
export function viewOfSite(site: Site): z.input<typeof siteView> {
  return {
    siteId: site.id,
    enterpriseId: site.enterprise,
    application: site.app,
    siteRef: site.ref,
    mode: site.mode,
    state: site.state,
    status: site.status,
    generation: site.key.generation,
    createdAt: isoTime(site.createdAt),
    refreshAfter: isoTime(refreshAfter(site.key.expiresAt)),
    expiresAt: isoTime(site.key.expiresAt),
  };
}
