import * as z from 'zod';
import { Manifest } from '../../domain/billing/manifest.ts';
import { day, previousQuarter, Quarter, quarterEnds, quarterOf, type Seconds } from '../../domain/kernel/time.ts';

/** State of a reporter that must survive a crash, so that each quarter is reported once, with one set of numbers. */
export const ReportRecord = z.union([
  z.strictObject({ pending: z.strictObject({ quarter: Quarter, manifest: Manifest, idempotencyKey: z.string() }) }),
  z.strictObject({ done: Quarter }),
]);
export type ReportRecord = z.infer<typeof ReportRecord>;

export type ReportStep =
  | { readonly kind: 'none' }
  /** Count, and persist the numbers before they are sent. */
  | { readonly kind: 'collect'; readonly quarter: Quarter }
  | { readonly kind: 'send'; readonly quarter: Quarter; readonly manifest: Manifest; readonly idempotencyKey: string };

/** Period after the end of a quarter in which manifests are accepted; then the statement is created. */
const openSeconds = 10 * day;

/** Computes the next step for the last quarter. Pure. @param record undefined: this store has never reported */
export function nextReport(record: ReportRecord | undefined, now: Seconds): ReportStep {
  const quarter = previousQuarter(quarterOf(now));
  const { pending, done } = { pending: undefined, done: undefined, ...record };
  // Numbers that were counted too early, by a clock that was ahead, are counted again.
  if (pending && pending.quarter <= quarter) return { kind: 'send', ...pending };
  const isOpen = now < quarterEnds(quarter) + openSeconds;
  return isOpen && (!done || done < quarter) ? { kind: 'collect', quarter } : { kind: 'none' };
}

/** Returns the record after a report. @param code of the refusal, if any: refused numbers are counted again next time, unless the quarter is closed */
export function afterReport(quarter: Quarter, code: string | undefined): ReportRecord {
  return { done: code === undefined || code === 'quarter-closed' ? quarter : previousQuarter(quarter) };
}
