import type { AreaConstructs } from './area.ts';
import { billing } from './billing.ts';
import { siteLicensing } from './site-licensing.ts';

/** The areas in the order of their rows on the dashboard. */
export const areas: readonly AreaConstructs[] = [siteLicensing, billing];
