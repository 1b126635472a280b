import type { ManifestCounters } from '../../sdk/index.ts';
import type { Dashboards } from './dashboards.ts';

/** Returns the counters of HWF's manifest, by opaque ids. */
export function countersOf(dashboards: Dashboards): ManifestCounters {
  const enterprises = () => [...new Set(dashboards.own().map(({ enterpriseId }) => enterpriseId))];
  const of = (enterpriseId: string) => dashboards.own().filter(dashboard => dashboard.enterpriseId === enterpriseId);
  return {
    sites: () => ({ production: dashboards.own().length, dev: 0, proxy: 0 }),
    enterprises: () => enterprises().length,
    perEnterprise: () =>
      enterprises().map(enterpriseId => ({ enterpriseId, production: of(enterpriseId).length, configurationUsers: 3 })),
    users: () => ({ enterpriseAdmins: 1, plantUsers: 12, demoUsers: 0 }),
    applicationAdmins: () => [],
  };
}
