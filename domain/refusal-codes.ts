import type { billingRefusals } from './billing/refusals.ts';
import type { RefusalCode } from './kernel/refusal.ts';
import type { siteLicensingRefusals } from './site-licensing/refusals.ts';

/** Every refusal code, area by area: published declarations lose a code that is known by declaration merging alone. */
export type PublishedRefusalCode =
  | RefusalCode
  | (typeof billingRefusals)[number]
  | (typeof siteLicensingRefusals)[number];
