import type { AlertReason } from './alerts/alert.ts';
import type { AlertMeaning } from './alerts/alert-meanings.ts';
import { billingAlertReasons } from './billing/alert-reasons.ts';
import { siteLicensingAlertReasons } from './site-licensing/alert-reasons.ts';
import { trustAlertReasons } from './trust/alert-reasons.ts';

/** The alert reasons of all areas in words. It holds texts alone, so that the delivery and the list of alerts may import it. */
export const alertMeanings = {
  ...siteLicensingAlertReasons,
  ...trustAlertReasons,
  ...billingAlertReasons,
} as const satisfies Record<AlertReason, AlertMeaning>;

export const alertReasons = Object.keys(alertMeanings).filter(
  (reason): reason is AlertReason => reason in alertMeanings,
);
