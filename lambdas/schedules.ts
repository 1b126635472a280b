import { billing } from './billing/rows.ts';
import type { Schedule } from './platform/area.ts';
import { audit } from './platform/audit/rows.ts';
import { trust } from './platform/trust/rows.ts';
import { siteLicensing } from './site-licensing/rows.ts';

/** Functions that EventBridge Scheduler invokes. */
export const schedules = {
  ...siteLicensing.schedules,
  ...trust.schedules,
  ...billing.schedules,
  ...audit.schedules,
} as const satisfies Record<string, Schedule>;
