import type { billingRefusals } from './billing/refusals.ts';
import type { RefusalCode } from './kernel/refusal.ts';
import type { siteLicensingRefusals } from './site-licensing/refusals.ts';

/** Every refusal code, area by area. The declarations of the published packages omit merged declarations, so it names each area. */
export type PublishedRefusalCode =
  | RefusalCode
  | (typeof billingRefusals)[number]
  | (typeof siteLicensingRefusals)[number];
